/*
 * queue_scan.h
 *		A queue, from its best step on: what waits in it, taken one by one.
 *
 * While a transaction stays open anywhere, for hours maybe, no row that is
 * deleted goes away, and the head of the queue is where rows are deleted.  So a
 * backend remembers from where on there can be rows (queue_floor), and begins
 * there: claims do not slow down.
 */
#ifndef MCP_QUEUE_SCAN_H
#define MCP_QUEUE_SCAN_H

#include "utils/uuid.h"

typedef struct QueueScan QueueScan;

/* A step that waits for a worker. */
typedef struct QueuedStep
{
	pg_uuid_t run_id;
	int step;
} QueuedStep;

extern QueueScan *queue_scan_open(const char *queue);

/*
 * The next step by priority, then by how long it waits.  It may be that another
 * session is about to take it.
 */
extern bool queue_scan_next(QueueScan *scan, QueuedStep *step);

/* Takes the row of that step away; false where another session has it. */
extern bool queue_scan_take(QueueScan *scan);

extern void queue_scan_close(QueueScan *scan);

#endif
