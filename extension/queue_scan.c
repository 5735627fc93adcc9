/*
 * queue_scan.c
 *		A queue, from its best step on: what waits in it, taken one by one.
 */
#include "postgres.h"

#include "queue_floor.h"
#include "queue_scan.h"
#include "row_scan.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/rel.h"

/* The columns of the index, by its order. */
#define KEY_QUEUE 1
#define KEY_PRIORITY 2
#define KEY_READY_AT 3

enum
{
	COLUMN_RUN_ID,
	COLUMN_STEP_ORDINAL,
	COLUMN_READY_AT,
	COLUMN_COUNT
};

static const char *const column_names[COLUMN_COUNT] = {
	[COLUMN_RUN_ID] = "run_id",
	[COLUMN_STEP_ORDINAL] = "step_ordinal",
	[COLUMN_READY_AT] = "ready_at",
};

struct QueueScan
{
	RowTable *ready_steps;
	RowScan *priorities; /* which there are */
	RowScan *steps;      /* those of one priority */
	int columns[COLUMN_COUNT];
	const char *queue;
	Datum queue_value;
	int priority;
	bool has_priority;  /* there was one before */
	bool is_in_steps;   /* its steps are being read */
	bool is_first_step; /* and none was found so far */
};

static bool enter_next_priority(QueueScan *scan);
static TimestampTz
read_step(const QueueScan *scan, TupleTableSlot *row, QueuedStep *step);

QueueScan *
queue_scan_open(const char *queue)
{
	QueueScan *scan = palloc0_object(QueueScan);

	queue_floor_look(FLOOR_READY_STEPS, row_table_find("ready_steps"));
	scan->ready_steps = row_table_open("ready_steps");
	scan->priorities =
		row_scan_open_to_peek(scan->ready_steps, "ready_steps_order");
	scan->steps = row_scan_open(scan->ready_steps, "ready_steps_order");
	row_table_find_columns(
		scan->ready_steps, column_names, COLUMN_COUNT, scan->columns);
	scan->queue = queue;
	scan->queue_value = CStringGetTextDatum(queue);
	return scan;
}

bool
queue_scan_next(QueueScan *scan, QueuedStep *step)
{
	while (scan->is_in_steps || enter_next_priority(scan))
	{
		TupleTableSlot *row = row_scan_next(scan->steps);
		TimestampTz ready_at =
			row == NULL ? DT_NOEND : read_step(scan, row, step);

		if (scan->is_first_step)
			queue_floor_raise(
				FLOOR_READY_STEPS, scan->queue, scan->priority, ready_at);
		scan->is_first_step = false;
		if (row != NULL)
			return true;
		scan->is_in_steps = false;
	}
	return false;
}

bool
queue_scan_take(QueueScan *scan)
{
	HeapTuple row = row_scan_lock(scan->steps, LockWaitSkip);

	if (row == NULL)
		return false;
	row_table_delete(scan->ready_steps, &row->t_self);
	queue_floor_note_taken();
	pfree(row);
	return true;
}

void
queue_scan_close(QueueScan *scan)
{
	row_scan_close(scan->steps);
	row_scan_close(scan->priorities);
	row_table_close(scan->ready_steps);
	pfree(scan);
}

/*
 * The index is asked which priority comes next, be its rows deleted or not, so
 * that the floor of each can be used.
 */
static bool
enter_next_priority(QueueScan *scan)
{
	ScanKeyData keys[3];
	Datum priority;
	TimestampTz floor;

	ScanKeyInit(&keys[0],
	            KEY_QUEUE,
	            BTEqualStrategyNumber,
	            F_TEXTEQ,
	            scan->queue_value);
	ScanKeyInit(&keys[1],
	            KEY_PRIORITY,
	            BTLessStrategyNumber,
	            F_INT4LT,
	            Int32GetDatum(scan->priority));
	row_scan_seek(scan->priorities, keys, scan->has_priority ? 2 : 1);
	if (!row_scan_peek(scan->priorities, KEY_PRIORITY, &priority))
		return false;
	scan->priority = DatumGetInt32(priority);
	scan->has_priority = true;
	floor = queue_floor_get(FLOOR_READY_STEPS, scan->queue, scan->priority);
	ScanKeyInit(
		&keys[1], KEY_PRIORITY, BTEqualStrategyNumber, F_INT4EQ, priority);
	ScanKeyInit(&keys[2],
	            KEY_READY_AT,
	            BTGreaterEqualStrategyNumber,
	            F_TIMESTAMPTZ_GE,
	            TimestampTzGetDatum(floor));
	row_scan_seek(scan->steps, keys, 3);
	scan->is_in_steps = true;
	scan->is_first_step = true;
	return true;
}

static TimestampTz
read_step(const QueueScan *scan, TupleTableSlot *row, QueuedStep *step)
{
	slot_getallattrs(row);
	step->run_id =
		*DatumGetUUIDP(row->tts_values[scan->columns[COLUMN_RUN_ID]]);
	step->step =
		DatumGetInt32(row->tts_values[scan->columns[COLUMN_STEP_ORDINAL]]);
	return DatumGetTimestampTz(row->tts_values[scan->columns[COLUMN_READY_AT]]);
}
