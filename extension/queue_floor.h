/*
 * queue_floor.h
 *		From when on there can be rows in the tables of what waits.
 *
 * Both tables are ordered by a time that no new row has earlier than the moment
 * it is written, and rows go away at the early end.  While an old transaction is
 * open the deleted ones stay in the index, and who reads from its beginning
 * passes them all by, each time.  So a backend that had to remembers, for each part
 * of a table, a time before which there are deleted rows only and will be no
 * others.
 */
#ifndef MCP_QUEUE_FLOOR_H
#define MCP_QUEUE_FLOOR_H

#include "utils/timestamp.h"

typedef enum QueueFloorTable
{
	FLOOR_READY_STEPS,
	FLOOR_TIMERS
} QueueFloorTable;

#define FLOOR_TABLE_COUNT (FLOOR_TIMERS + 1)

/*
 * Call it before the snapshot is taken that the table is read with: rows with a
 * time before what it finds are all written, or never will be.
 */
extern void queue_floor_look(QueueFloorTable table, Oid table_id);

/*
 * Begin here, at once; part and priority say which end of the table is meant.
 */
extern TimestampTz
queue_floor_get(QueueFloorTable table, const char *part, int priority);

/*
 * The highest priority below the limit at which this part of the table has a
 * floor; false: there is none.
 */
extern bool queue_floor_find_next(QueueFloorTable table, const char *part,
                                  int64 limit, int *priority);

/* The first row found there is of that time; DT_NOEND: there is none. */
extern void queue_floor_raise(QueueFloorTable table, const char *part,
                              int priority, TimestampTz first);

/*
 * This transaction has taken rows away.  They are back if it fails, so no floor
 * is raised any more until it is over.
 */
extern void queue_floor_note_taken(void);

#endif
