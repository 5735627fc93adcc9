/*
 * queue_limit.h
 *		How many tasks of a queue may be handed out now.
 *
 * A queue with limits has a row that says how much of them is used.  A turn locks
 * the rows of the queues that it may hand out from, all at once and in the order of
 * their names, after the runs it waits for; counts in memory; and writes what
 * became different.  What is under way is never counted anew: each run tells how
 * many of its tasks were RUNNING when it was locked and are when it is written.
 *
 * Where no queue has limits nothing is locked, read or written.  The verbs need
 * an SPI connection.
 */
#ifndef MCP_QUEUE_LIMIT_H
#define MCP_QUEUE_LIMIT_H

#include "run_store.h"

/* What a turn knows of limited queues; NULL: that there are none. */
typedef struct QueueLimits QueueLimits;

/* Does any queue have limits?  Needs no look at a table while none changes. */
extern bool queue_limits_exist(void);

/*
 * Locks the rows of those of the queues (a List of names) that have limits.  runs
 * are those of the turn so far, a List of LiveRun *: what of them has ended makes
 * room.
 */
extern QueueLimits *
queue_limits_lock(List *queues, List *runs, TimestampTz now);

/* How many of the wanted tasks of the queue may be handed out. */
extern int
queue_limits_room(QueueLimits *limits, const char *queue, int wanted);

/* So many were; a negative number takes them back. */
extern void
queue_limits_take(QueueLimits *limits, const char *queue, int count);

/*
 * When a queue that had too little room for what was wanted may have more by the
 * time alone; DT_NOEND: none.
 */
extern TimestampTz queue_limits_next_room(const QueueLimits *limits);

/*
 * Writes what became of the runs, whose rows must still be locked.  limits may be
 * NULL, as it is for a turn that handed out nothing.
 */
extern void
queue_limits_settle(QueueLimits *limits, List *runs, TimestampTz now);

#endif
