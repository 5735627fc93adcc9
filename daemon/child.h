/*
 * child.h
 *		A program that runs for us, and is sure to end.
 *
 * It leads a session of its own, gets the environment that its plan names and
 * no other, no descriptor but /dev/null and its two streams, and dies with us.
 * When it ends, what is left of its process group is killed.  Not promised
 * here: to catch who leaves the session, nor to keep anybody from reading what
 * our uid may read; that is for a sandbox.
 */
#ifndef MCPD_CHILD_H
#define MCPD_CHILD_H

#include "capture.h"
#include "status.h"

#include <stdint.h>

typedef struct Child Child;

typedef struct ChildPlan
{
	char *const *arguments;   /* the first: path of the program; to NULL */
	char *const *environment; /* "NAME=value", all it gets; to NULL */
	const char *directory;    /* it starts there */
	uint64_t time_limit;      /* milliseconds until TERM; 0: none */
	uint64_t grace;           /* milliseconds from TERM to KILL */
	size_t output_limit;      /* of each stream, see capture.h */
} ChildPlan;

typedef enum ChildEnd
{
	CHILD_EXITED,      /* by itself; code is its exit code */
	CHILD_SIGNALLED,   /* by a signal not from here; code is the signal */
	CHILD_TIMED_OUT,   /* its time limit had passed, whatever it did then */
	CHILD_CANCELLED,   /* child_cancel(), whatever it did then */
	CHILD_NOT_STARTED, /* the program could not be run; code is the errno */
} ChildEnd;

typedef struct ChildReport
{
	ChildEnd end;
	int code;
	const Capture *output; /* of stdout */
	const Capture *errors; /* of stderr */
} ChildReport;

/* The report is valid until the callback returns; the child is gone then. */
typedef void (*ChildCallback)(void *context, const ChildReport *report);

/*
 * Starts the program; callback is called once, later, when it is over.  The
 * plan is not needed after this returns.
 */
extern Status
child_start(const ChildPlan *plan, ChildCallback callback, void *context,
            Child **started, Error *error) MUST_CHECK;

/* TERM to its group, KILL after the grace time; callback is called all the same. */
extern void child_cancel(Child *child);

#endif
