/*
 * queue_limit_row.h
 *		The rows that say how much of the limits of queues is used.
 *
 * The rate is a bucket of tokens: it holds those of one period, fills evenly, and
 * each task handed out takes one.  The verbs need an SPI connection.
 */
#ifndef MCP_QUEUE_LIMIT_ROW_H
#define MCP_QUEUE_LIMIT_ROW_H

#include "nodes/pg_list.h"
#include "utils/timestamp.h"

/* One queue with limits, its row locked. */
typedef struct QueueLimit
{
	const char *queue;
	int concurrency;       /* 0: no limit */
	int rate;              /* tasks in a period; 0: no limit */
	double period_seconds; /* of the rate */
	bool is_paused;
	int running_before; /* as the row has it */
	int running;
	double tokens;
	bool is_short;  /* of tokens, for what was wanted */
	bool has_taken; /* something, in this turn */
} QueueLimit;

/*
 * Locks the rows of those of the queues (a List of names) that have limits, in the
 * order of their names, and returns them as a List of QueueLimit *.
 */
extern List *queue_limit_rows_lock(List *queues, TimestampTz now);

/*
 * Writes those of a List of QueueLimit * that became different; now is when the
 * tokens were counted.  Where there was no room and is some, sleepers are told.
 */
extern void queue_limit_rows_write(const List *limits, TimestampTz now);

/* Are so many under way as may be? */
extern bool queue_limit_row_is_full(const QueueLimit *limit, int running);

#endif
