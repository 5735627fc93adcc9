/*
 * script.h
 *		What the second process of a task's world does to become the script.
 */
#ifndef RUNNER_SCRIPT_H
#define RUNNER_SCRIPT_H

#include "task.h"

/* Written to its trouble descriptor where it cannot. */
typedef struct ScriptTrouble
{
	int problem; /* errno */
	char what[64];
} ScriptTrouble;

/* The descriptors of its order: stdout and stderr. */
#define SCRIPT_FDS 2

/*
 * Enforces what is allowed, from the first to the last lock, waits for the order
 * on one descriptor, and runs.
 */
extern _Noreturn void
script_become(const Allowances *allowances, int orders, int trouble);

/* The locks alone; NULL, or which one does not close, with errno set. */
extern const char *script_shut_in(const Allowances *allowances);

#endif
