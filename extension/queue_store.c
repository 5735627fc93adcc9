/*
 * queue_store.c
 *		The rows of steps that wait: for a worker, or for a time.
 *
 * Whoever waits here for a lock on a row holds the lock of its run, and a session
 * that takes rows by what is in them passes by what is locked: nobody who waits
 * is waited for.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "column.h"
#include "queue_floor.h"
#include "queue_store.h"
#include "row_scan.h"
#include "statement.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"

/* The name of the index of the timers, and of its one part. */
#define TIMER_PART ""
#define TIMER_PRIORITY 0

enum
{
	READY_RUN_ID,
	READY_STEP_ORDINAL,
	READY_PRIORITY,
	READY_QUEUE,
	READY_READY_AT,
	READY_COUNT
};

static const char *const ready_names[READY_COUNT] = {
	[READY_RUN_ID] = "run_id",
	[READY_STEP_ORDINAL] = "step_ordinal",
	[READY_PRIORITY] = "priority",
	[READY_QUEUE] = "queue",
	[READY_READY_AT] = "ready_at",
};

enum
{
	TIMER_DUE_AT,
	TIMER_RUN_ID,
	TIMER_STEP_ORDINAL,
	TIMER_COUNT
};

static const char *const timer_names[TIMER_COUNT] = {
	[TIMER_DUE_AT] = "due_at",
	[TIMER_RUN_ID] = "run_id",
	[TIMER_STEP_ORDINAL] = "step_ordinal",
};

static void run_on_sleeping(Statement *statement, List *steps);
static TupleTableSlot *
seek_timers(RowScan *scan, const int *places, TimestampTz *due_at);
static TupleTableSlot *
next_timer(RowScan *scan, const int *places, TimestampTz *due_at);

void
queue_store_add_timer(List **timers, LiveRun *run, int slot, TimestampTz due_at)
{
	WaitingStep *timer = palloc_object(WaitingStep);

	timer->run = run;
	timer->step = slot;
	timer->due_at = due_at;
	*timers = lappend(*timers, timer);
}

/*
 * The time is taken once the table is open: see queue_floor.c.  All rows of a
 * call have the same, and then the order is that of their runs.
 */
void
queue_store_add_ready(const QueueEntry *entries, int count)
{
	RowTable *ready_steps;
	TimestampTz now;
	int places[READY_COUNT];

	if (count == 0)
		return;
	ready_steps = row_table_open("ready_steps");
	now = GetCurrentTimestamp();
	row_table_name_columns(ready_steps, ready_names, READY_COUNT, places);
	for (int i = 0; i < count; i++)
	{
		const QueueEntry *entry = &entries[i];
		Datum *values;
		bool *nulls;

		row_table_begin(ready_steps, &values, &nulls);
		for (int j = 0; j < READY_COUNT; j++)
			nulls[places[j]] = false;
		values[places[READY_RUN_ID]] = UUIDPGetDatum(entry->run_id);
		values[places[READY_STEP_ORDINAL]] = Int32GetDatum(entry->step);
		values[places[READY_PRIORITY]] = Int32GetDatum(entry->priority);
		values[places[READY_QUEUE]] = CStringGetTextDatum(entry->queue);
		values[places[READY_READY_AT]] = TimestampTzGetDatum(now);
		row_table_add(ready_steps);
	}
	row_table_close(ready_steps);
}

/* One that is due already is due now: see above. */
void
queue_store_add_sleeping(List *steps)
{
	static Statement add = {
		"INSERT INTO mcp.timers (due_at, run_id, step_ordinal)"
		" SELECT greatest(u.due_at, clock_timestamp()), u.run_id, u.step"
		" FROM unnest($1, $2, $3) AS u (due_at, run_id, step)"
		" ON CONFLICT DO NOTHING",
		3,
		{TIMESTAMPTZARRAYOID, UUIDARRAYOID, INT4ARRAYOID},
		NULL};

	if (steps != NIL)
		run_on_sleeping(&add, steps);
}

void
queue_store_remove_sleeping(List *steps)
{
	static Statement remove = {
		"WITH found AS MATERIALIZED ("
		" SELECT t.place"
		" FROM unnest($1, $2, $3) AS u (due_at, run_id, step)"
		" CROSS JOIN LATERAL ("
		"  SELECT t.ctid AS place"
		"  FROM mcp.timers AS t"
		"  WHERE t.due_at = u.due_at"
		"  AND t.run_id = u.run_id"
		"  AND t.step_ordinal = u.step"
		"  FOR UPDATE SKIP LOCKED) AS t)"
		" DELETE FROM mcp.timers AS t"
		" USING found AS f"
		" WHERE t.ctid = f.place",
		3,
		{TIMESTAMPTZARRAYOID, UUIDARRAYOID, INT4ARRAYOID},
		NULL};

	if (steps != NIL)
		run_on_sleeping(&remove, steps);
}

List *
queue_store_take_due(TimestampTz now, int limit)
{
	RowTable *timers;
	RowScan *scan;
	TupleTableSlot *timer;
	TimestampTz due_at;
	int places[TIMER_COUNT];
	List *steps = NIL;

	queue_floor_look(FLOOR_TIMERS, row_table_find("timers"));
	timers = row_table_open("timers");
	scan = row_scan_open(timers, NULL);
	row_table_find_columns(timers, timer_names, TIMER_COUNT, places);
	timer = seek_timers(scan, places, &due_at);
	queue_floor_raise(FLOOR_TIMERS, TIMER_PART, TIMER_PRIORITY, due_at);
	while (timer != NULL && due_at <= now && list_length(steps) < limit)
	{
		HeapTuple row = row_scan_lock(scan, LockWaitSkip);

		if (row != NULL)
		{
			DueStep *due = palloc_object(DueStep);

			due->run_id =
				*DatumGetUUIDP(timer->tts_values[places[TIMER_RUN_ID]]);
			due->step =
				DatumGetInt32(timer->tts_values[places[TIMER_STEP_ORDINAL]]);
			steps = lappend(steps, due);
			row_table_delete(timers, &row->t_self);
			queue_floor_note_taken();
		}
		timer = next_timer(scan, places, &due_at);
	}
	row_scan_close(scan);
	row_table_close(timers);
	return steps;
}

TimestampTz
queue_store_find_next_due(void)
{
	RowTable *timers = row_table_open("timers");
	RowScan *scan = row_scan_open(timers, NULL);
	TimestampTz due_at;
	int places[TIMER_COUNT];

	row_table_find_columns(timers, timer_names, TIMER_COUNT, places);
	seek_timers(scan, places, &due_at);
	row_scan_close(scan);
	row_table_close(timers);
	return due_at;
}

/* The first timer; without one, NULL and DT_NOEND. */
static TupleTableSlot *
seek_timers(RowScan *scan, const int *places, TimestampTz *due_at)
{
	ScanKeyData key;

	ScanKeyInit(&key,
	            1,
	            BTGreaterEqualStrategyNumber,
	            F_TIMESTAMPTZ_GE,
	            TimestampTzGetDatum(
					queue_floor_get(FLOOR_TIMERS, TIMER_PART, TIMER_PRIORITY)));
	row_scan_seek(scan, &key, 1);
	return next_timer(scan, places, due_at);
}

static TupleTableSlot *
next_timer(RowScan *scan, const int *places, TimestampTz *due_at)
{
	TupleTableSlot *timer = row_scan_next(scan);

	*due_at = DT_NOEND;
	if (timer == NULL)
		return NULL;
	slot_getallattrs(timer);
	*due_at = DatumGetTimestampTz(timer->tts_values[places[TIMER_DUE_AT]]);
	return timer;
}

static void
run_on_sleeping(Statement *statement, List *steps)
{
	static const Oid types[3] = {TIMESTAMPTZOID, UUIDOID, INT4OID};
	Column columns[3];
	Datum values[3];
	ListCell *cell;

	for (int i = 0; i < 3; i++)
		column_init(&columns[i], types[i], list_length(steps));
	foreach (cell, steps)
	{
		WaitingStep *step = lfirst(cell);

		column_add(&columns[0], TimestampTzGetDatum(step->due_at));
		column_add_pointer(&columns[1], &step->run->run_id);
		column_add(&columns[2], Int32GetDatum(step->step));
	}
	for (int i = 0; i < 3; i++)
		values[i] = column_array(&columns[i]);
	statement_run(statement, values, NULL);
}
