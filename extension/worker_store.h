/*
 * worker_store.h
 *		The rows of workers: their leases and epochs.
 *
 * A worker is alive while its row is there.  Its lease only says when others may
 * take the row away: until somebody does, a worker that was slow goes on.  Each
 * turn holds a lock on the row of its worker, so nobody takes it away in the
 * middle of one.  The verbs need an SPI connection.
 */
#ifndef MCP_WORKER_STORE_H
#define MCP_WORKER_STORE_H

#include "nodes/pg_list.h"
#include "utils/jsonb.h"
#include "utils/timestamp.h"

/* A worker's row, as its turn found it. */
typedef struct WorkerLease
{
	TimestampTz lease_until;
	bool is_asleep;
	bool has_peers;   /* other workers are alive */
	bool has_session; /* the worker lives no longer than its session */
	bool is_away;     /* and that was missed */
} WorkerLease;

/* A worker that is no more. */
typedef struct LostWorker
{
	const char *worker; /* NULL: its name is not known any more */
	int epoch;
	bool is_retired; /* it said so itself */
} LostWorker;

/* Makes the row, or takes over the one of that name; returns its new epoch. */
extern int worker_store_register(const char *worker, Jsonb *capacity,
                                 bool has_session, TimestampTz lease_until);

/* Locks the row; false where it is gone or has another epoch. */
extern bool worker_store_enter(const char *worker, int epoch, TimestampTz now,
                               WorkerLease *lease);

/* To be called while it is locked. */
extern void worker_store_update(const char *worker, TimestampTz lease_until,
                                bool is_asleep);

/* Takes the row away; false where it is gone or has another epoch. */
extern bool worker_store_remove(const char *worker, int epoch);

/*
 * Takes away the rows of all other workers whose leases have run out or whose
 * epochs are in the list, but for those that are in the middle of a turn; a List
 * of LostWorker *.
 */
extern List *
worker_store_remove_lost(const char *worker, List *epochs, TimestampTz now);

/* The name of the worker that has the epoch, or NULL. */
extern char *worker_store_find_name(int epoch);

/* Until when at least one worker was sure to live; DT_NOBEGIN where none is. */
extern TimestampTz worker_store_find_last_lease(void);

#endif
