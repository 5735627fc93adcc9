/*
 * child.h
 *		A program that runs for us, and is sure to end.
 *
 * mcp-runner starts it, shut in at the level that was set up, with what its plan
 * names and nothing else: environment, files, memory, time.  It leads a session
 * of its own, has no descriptor but /dev/null and its two streams, and dies with
 * us.  When it is over nothing that it started is alive.
 */
#ifndef MCPD_CHILD_H
#define MCPD_CHILD_H

#include "capture.h"
#include "proxy.h"
#include "runner_wire.h"
#include "status.h"

#include <stdint.h>

typedef struct Child Child;

typedef struct ChildPlan
{
	char *const *arguments;      /* the first: path of the program; to NULL */
	char *const *environment;    /* "NAME=value", all it gets; to NULL */
	const char *directory;       /* it starts there; its files are copied in */
	const int *files;            /* a bundle of more, in a cage only; or NULL */
	const char *const *readable; /* what it finds beside the system; to NULL */
	const char *writable;        /* what it may write beside; or NULL */
	const char *answer;          /* name of the file to take out; or NULL */
	uint32_t answer_limit;       /* bytes */
	bool is_online;              /* has our network */
	Proxy *proxy;                /* its way out, or NULL; outlives it */
	uint32_t processes;          /* at most, threads counted */
	uint64_t memory;             /* bytes, of all its processes */
	uint64_t disk;               /* bytes that it may write */
	uint64_t time_limit;         /* milliseconds until TERM; 0: none */
	uint64_t grace;              /* milliseconds from TERM to KILL */
	size_t output_limit;         /* of each stream, see capture.h */
} ChildPlan;

typedef enum ChildEnd
{
	CHILD_EXITED,      /* by itself; code is its exit code */
	CHILD_SIGNALLED,   /* by a signal not from here; code is the signal */
	CHILD_TIMED_OUT,   /* its time limit had passed, whatever it did then */
	CHILD_CANCELLED,   /* child_cancel(), whatever it did then */
	CHILD_TOO_LARGE,   /* killed because of its memory */
	CHILD_NOT_STARTED, /* complaint says what could not be done, code why */
} ChildEnd;

typedef struct ChildReport
{
	ChildEnd end;
	int code;
	const Capture *output; /* of stdout */
	const Capture *errors; /* of stderr */
	RunnerAnswer answer;
	int answer_file;       /* of the answer that was taken; closed afterwards */
	const char *complaint; /* of what was not started, or of its answer */
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

/* How many there are. */
extern int child_count(void);

#endif
