/*
 * parked_store.h
 *		The rows of steps that wait for something outside their run.
 *
 * The verbs need an SPI connection, and the lock of the run.
 */
#ifndef MCP_PARKED_STORE_H
#define MCP_PARKED_STORE_H

#include "run_store.h"

typedef enum ParkedKind
{
	PARKED_TIME,
	PARKED_SIGNAL,
	PARKED_APPROVAL,
	PARKED_WORKFLOW,
	PARKED_TOOLS /* in the midst of an attempt: see turn_tools.h */
} ParkedKind;

typedef struct ParkedStep
{
	LiveRun *run;
	int slot;
	ParkedKind kind;
	const char *name;       /* PARKED_SIGNAL: the signal's */
	pg_uuid_t child_run_id; /* PARKED_WORKFLOW */
	TimestampTz expires_at; /* it has a timer then; 0: none */
	Jsonb *detail; /* PARKED_APPROVAL: what was asked, and the decision */
	TimestampTz since;

	/* PARKED_WORKFLOW, when read: how the child ended, if it has. */
	bool is_child_over;
	RunStatus child_status;
	Jsonb *child_outputs;
	char *child_error;
	bool has_child_fallback;
	pg_uuid_t child_fallback_id;
} ParkedStep;

/*
 * Lists of ParkedStep *, which know their run and slot.  Reading and removing
 * fill in the rest, and return those that had a row.
 */
extern void parked_store_add(List *steps);
extern List *parked_store_read(List *steps);
extern List *parked_store_remove(List *steps);

/* The child failed, and its fallback goes on in its place. */
extern void parked_store_follow_fallback(const ParkedStep *step);

/* The steps that wait for one of these runs (LiveRun *) are due now. */
extern void parked_store_wake_parents(List *ended, TimestampTz now);

/*
 * Takes away the oldest signal of that name to the run.  False where there is
 * none.
 */
extern bool parked_store_take_signal(const pg_uuid_t *run_id, const char *name,
                                     Jsonb **payload);

#endif
