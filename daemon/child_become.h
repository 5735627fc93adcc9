/*
 * child_become.h
 *		What a forked copy of the daemon does to become a child's program.
 */
#ifndef MCPD_CHILD_BECOME_H
#define MCPD_CHILD_BECOME_H

#include "child.h"

#include <sys/types.h>

/* The ends of pipes that the new process takes. */
typedef struct ChildEnds
{
	int output;
	int errors;
	int report; /* an int is written there, the errno, if it comes to nothing */
} ChildEnds;

/* To be called in the new process with all signals blocked. */
extern _Noreturn void
child_become(const ChildPlan *plan, const ChildEnds *ends, pid_t parent);

#endif
