/*
 * run_store.h
 *		The rows of live runs: found and locked, alone or with what waits of them.
 *
 * All verbs need an SPI connection; what they return lives in its memory.  A run is locked before it is looked at, so what a
 * LiveRun says stays true until the transaction ends.
 */
#ifndef MCP_RUN_STORE_H
#define MCP_RUN_STORE_H

#include "access/htup.h"
#include "nodes/bitmapset.h"
#include "nodes/pg_list.h"
#include "plan.h"
#include "utils/timestamp.h"

/* A live run, locked: its row, decoded. */
typedef struct LiveRun
{
	pg_uuid_t run_id;
	pg_uuid_t workflow_id; /* nil: of one MCP */
	HeapTuple row;         /* nobody can change it while it is locked */
	const RunPlan *plan;
	RunState *state;
	Datum inputs; /* jsonb as it lies in the row; not every turn needs it */
	const char *queue;
	const char *owner;
	int priority;
	int depth;
	const pg_uuid_t *pinned_versions; /* by step; NULL: none */
	TimestampTz created_at;
	TimestampTz started_at; /* 0: not yet */
	Bitmapset
		*running_before; /* the slots that were RUNNING when it was locked */
	bool is_changed;     /* run_save has work to do */

	/* Set where the state came to an end. */
	const char *error_message;
	Jsonb *outputs; /* NULL: null */
	pg_uuid_t fallback_run_id;
	bool has_fallback_run;
} LiveRun;

/* A step that waited, claimed by deleting its row. */
typedef struct ClaimedStep
{
	LiveRun *run;
	int step;
} ClaimedStep;

/*
 * Locks those of the runs that live, waiting for whoever has them, in the order
 * of their ids so that two sessions never wait for each other.  The ids must be
 * sorted and each stand once; so is the List of LiveRun *.
 */
extern List *run_store_lock(const pg_uuid_t *run_ids, int count);

/*
 * Takes up to `limit` steps from the queue, best first, passing by what another
 * session has locked; a List of ClaimedStep *.  Rows of runs that have ended go
 * on the way.
 */
extern List *run_store_claim(const char *queue, int limit);

/* The runs, by ascending id, of which one of the epochs has a step. */
extern pg_uuid_t *
run_store_find_held(const int *epochs, int epoch_count, int *count);

/* The epochs that have steps while no worker has the epoch. */
extern int *run_store_find_orphan_epochs(int *count);

#endif
