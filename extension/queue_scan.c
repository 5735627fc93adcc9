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
	int64 priority;     /* of the steps; before the first, above all others */
	bool is_in_steps;   /* its steps are being read */
	bool is_first_step; /* and none was found so far */
};

static bool enter_next_priority(QueueScan *scan);
static bool find_next_priority(QueueScan *scan, int *priority);
static void set_queue_key(const QueueScan *scan, ScanKey key);
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
	scan->priority = (int64) PG_INT32_MAX + 1;
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
				FLOOR_READY_STEPS, scan->queue, (int) scan->priority, ready_at);
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

static bool
enter_next_priority(QueueScan *scan)
{
	ScanKeyData keys[3];
	int priority;

	if (!find_next_priority(scan, &priority))
		return false;
	scan->priority = priority;
	set_queue_key(scan, &keys[0]);
	ScanKeyInit(&keys[1],
	            KEY_PRIORITY,
	            BTEqualStrategyNumber,
	            F_INT4EQ,
	            Int32GetDatum(priority));
	ScanKeyInit(&keys[2],
	            KEY_READY_AT,
	            BTGreaterEqualStrategyNumber,
	            F_TIMESTAMPTZ_GE,
	            TimestampTzGetDatum(
					queue_floor_get(FLOOR_READY_STEPS, scan->queue, priority)));
	row_scan_seek(scan->steps, keys, 3);
	scan->is_in_steps = true;
	scan->is_first_step = true;
	return true;
}

/*
 * The index is asked for the next priority, be the rows there deleted or not.
 * What lies at one that has a floor is left out: to find that out is what the
 * floor is for.
 */
static bool
find_next_priority(QueueScan *scan, int *priority)
{
	bool is_known = queue_floor_find_next(
		FLOOR_READY_STEPS, scan->queue, scan->priority, priority);
	bool is_first = scan->priority > PG_INT32_MAX;
	ScanKeyData keys[3];
	int count = 0;
	Datum found;

	set_queue_key(scan, &keys[count++]);
	if (!is_first)
		ScanKeyInit(&keys[count++],
		            KEY_PRIORITY,
		            BTLessStrategyNumber,
		            F_INT4LT,
		            Int32GetDatum((int32) scan->priority));
	if (is_known)
		ScanKeyInit(&keys[count++],
		            KEY_PRIORITY,
		            BTGreaterStrategyNumber,
		            F_INT4GT,
		            Int32GetDatum(*priority));
	row_scan_seek(scan->priorities, keys, count);
	if (!row_scan_peek(scan->priorities, KEY_PRIORITY, &found))
		return is_known;
	*priority = DatumGetInt32(found);
	return true;
}

static void
set_queue_key(const QueueScan *scan, ScanKey key)
{
	ScanKeyInit(
		key, KEY_QUEUE, BTEqualStrategyNumber, F_TEXTEQ, scan->queue_value);
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
