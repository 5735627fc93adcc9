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
#include "queue_store.h"
#include "statement.h"
#include "utils/builtins.h"

static void run_on_sleeping(Statement *statement, List *steps);

void
queue_store_add_timer(List **timers, LiveRun *run, int slot, TimestampTz due_at)
{
	WaitingStep *timer = palloc_object(WaitingStep);

	timer->run = run;
	timer->step = slot;
	timer->due_at = due_at;
	*timers = lappend(*timers, timer);
}

void
queue_store_add_ready(List *steps)
{
	static Statement add = {
		"INSERT INTO mcp.ready_steps (run_id, step_ordinal, priority, queue)"
		" SELECT *"
		" FROM unnest($1, $2, $3, $4)",
		4,
		{UUIDARRAYOID, INT4ARRAYOID, INT4ARRAYOID, TEXTARRAYOID},
		NULL};
	static const Oid types[4] = {UUIDOID, INT4OID, INT4OID, TEXTOID};
	Column columns[4];
	Datum values[4];
	ListCell *cell;

	if (steps == NIL)
		return;
	for (int i = 0; i < 4; i++)
		column_init(&columns[i], types[i], list_length(steps));
	foreach (cell, steps)
	{
		WaitingStep *step = lfirst(cell);

		column_add_pointer(&columns[0], &step->run->run_id);
		column_add(&columns[1], Int32GetDatum(step->step));
		column_add(&columns[2], Int32GetDatum(step->run->priority));
		column_add_text(&columns[3], step->run->queue);
	}
	for (int i = 0; i < 4; i++)
		values[i] = column_array(&columns[i]);
	statement_run(&add, values, NULL);
}

void
queue_store_add_sleeping(List *steps)
{
	static Statement add = {
		"INSERT INTO mcp.timers (due_at, run_id, step_ordinal)"
		" SELECT *"
		" FROM unnest($1, $2, $3)"
		" ON CONFLICT DO NOTHING",
		3,
		{TIMESTAMPTZARRAYOID, UUIDARRAYOID, INT4ARRAYOID},
		NULL};

	if (steps != NIL)
		run_on_sleeping(&add, steps);
}

void
queue_store_remove_ready(List *runs)
{
	static Statement remove = {
		"WITH found AS MATERIALIZED ("
		" SELECT r.place"
		" FROM unnest($1, $2, $3) AS u (queue, priority, run_id)"
		" CROSS JOIN LATERAL ("
		"  SELECT r.ctid AS place"
		"  FROM mcp.ready_steps AS r"
		"  WHERE r.queue = u.queue"
		"  AND r.priority = u.priority"
		"  AND r.run_id = u.run_id"
		"  FOR UPDATE) AS r)"
		" DELETE FROM mcp.ready_steps AS r"
		" USING found AS f"
		" WHERE r.ctid = f.place",
		3,
		{TEXTARRAYOID, INT4ARRAYOID, UUIDARRAYOID},
		NULL};
	static const Oid types[3] = {TEXTOID, INT4OID, UUIDOID};
	Column columns[3];
	Datum values[3];
	ListCell *cell;

	if (runs == NIL)
		return;
	for (int i = 0; i < 3; i++)
		column_init(&columns[i], types[i], list_length(runs));
	foreach (cell, runs)
	{
		LiveRun *run = lfirst(cell);

		column_add_text(&columns[0], run->queue);
		column_add(&columns[1], Int32GetDatum(run->priority));
		column_add_pointer(&columns[2], &run->run_id);
	}
	for (int i = 0; i < 3; i++)
		values[i] = column_array(&columns[i]);
	statement_run(&remove, values, NULL);
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
	static Statement take = {"WITH due AS MATERIALIZED ("
	                         " SELECT t.ctid AS place"
	                         " FROM mcp.timers AS t"
	                         " WHERE t.due_at <= $1"
	                         " ORDER BY t.due_at, t.run_id, t.step_ordinal"
	                         " LIMIT $2"
	                         " FOR UPDATE SKIP LOCKED)"
	                         " DELETE FROM mcp.timers AS t"
	                         " USING due AS d"
	                         " WHERE t.ctid = d.place"
	                         " RETURNING t.run_id, t.step_ordinal",
	                         2,
	                         {TIMESTAMPTZOID, INT4OID},
	                         NULL};
	Datum values[2] = {TimestampTzGetDatum(now), Int32GetDatum(limit)};
	uint64 count = statement_run(&take, values, NULL);
	List *steps = NIL;

	for (uint64 i = 0; i < count; i++)
	{
		HeapTuple row = SPI_tuptable->vals[i];
		TupleDesc columns = SPI_tuptable->tupdesc;
		DueStep *due = palloc_object(DueStep);
		bool is_null;

		due->run_id = *DatumGetUUIDP(SPI_getbinval(row, columns, 1, &is_null));
		due->step = DatumGetInt32(SPI_getbinval(row, columns, 2, &is_null));
		steps = lappend(steps, due);
	}
	return steps;
}

TimestampTz
queue_store_find_next_due(void)
{
	static Statement find = {"SELECT min(t.due_at)"
	                         " FROM mcp.timers AS t",
	                         0,
	                         {InvalidOid},
	                         NULL};
	bool is_null;
	Datum due_at;

	statement_run(&find, NULL, NULL);
	due_at = SPI_getbinval(
		SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &is_null);
	return is_null ? DT_NOEND : DatumGetTimestampTz(due_at);
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
