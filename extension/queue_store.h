/*
 * queue_store.h
 *		The rows of steps that wait: for a worker, or for a time.
 *
 * A row says nothing that the run's state does not say too; it is there to be
 * found.  So whoever holds the lock of the run keeps both in step.  Rows are
 * claimed by run_store, together with their runs.  The verbs need an SPI
 * connection.
 */
#ifndef MCP_QUEUE_STORE_H
#define MCP_QUEUE_STORE_H

#include "run_store.h"

/* A step of a run. */
typedef struct WaitingStep
{
	LiveRun *run;
	int step;
	TimestampTz due_at; /* of one that sleeps */
} WaitingStep;

/* A step of a run that may be gone meanwhile. */
typedef struct DueStep
{
	pg_uuid_t run_id;
	int step;
} DueStep;

/* Appends a WaitingStep to a list of timers to be made, or taken away. */
extern void queue_store_add_timer(List **timers, LiveRun *run, int slot,
                                  TimestampTz due_at);

/* A step that is to wait for a worker. */
typedef struct QueueEntry
{
	const pg_uuid_t *run_id;
	int step;
	int priority;
	const char *queue;
} QueueEntry;

extern void queue_store_add_ready(const QueueEntry *entries, int count);

/* A List of WaitingStep *. */
extern void queue_store_add_sleeping(List *steps);

/* A List of WaitingStep *; what another session is just taking is passed by. */
extern void queue_store_remove_sleeping(List *steps);

/* Takes away and returns those that are due, a List of DueStep *. */
extern List *queue_store_take_due(TimestampTz now, int limit);

/* When the next one is due; DT_NOEND where none sleeps. */
extern TimestampTz queue_store_find_next_due(void);

#endif
