/*
 * run_store.c
 *		The rows of live runs, and the move into history.
 *
 * Rows are updated and deleted by their place (ctid), which the lock has told:
 * that spares each a second way through the index, and cannot go wrong while
 * the lock is held.
 *
 * These tables are empty when statistics are taken of them and full a second
 * later, and no plan may rest on that.  The functions of the SQL face switch off
 * what suits small tables only (see schema/34_worker_functions.sql); here,
 * LATERAL says from which side a join must begin.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "column.h"
#include "miscadmin.h"
#include "run_row.h"
#include "run_store.h"
#include "statement.h"
#include "utils/array.h"
#include "utils/builtins.h"

static List *decode_runs(void);
static LiveRun *decode_run(HeapTuple row, TupleDesc columns);
static void update_live(List *runs);
static void move_ended(List *runs, TimestampTz now);
static void add_ended(Column *columns, LiveRun *run);
static void add_started_at(Column *column, const LiveRun *run);

List *
run_store_lock(const pg_uuid_t *run_ids, int count)
{
	static Statement lock = {"SELECT l.*"
	                         " FROM unnest($1) AS w (run_id)"
	                         " CROSS JOIN LATERAL ("
	                         "  SELECT" RUN_ROW_COLUMNS
	                         "  FROM mcp.live_runs AS l"
	                         "  WHERE l.run_id = w.run_id"
	                         "  FOR UPDATE) AS l",
	                         1,
	                         {UUIDARRAYOID},
	                         NULL};
	Column ids;
	Datum values[1];

	if (count == 0)
		return NIL;
	column_init(&ids, UUIDOID, count);
	for (int i = 0; i < count; i++)
		column_add(&ids, UUIDPGetDatum(&run_ids[i]));
	values[0] = column_array(&ids);
	statement_run(&lock, values, NULL);
	return decode_runs();
}

/*
 * The steps whose run another session has locked are passed by as well: to wait
 * for runs out of the order of their ids is to wait for each other.  A row stays
 * locked then until this transaction ends, which is soon.
 */
List *
run_store_claim(const char *queue, int limit)
{
	static Statement claim = {
		"WITH claimed AS MATERIALIZED ("
		" SELECT l.*, r.step_ordinal, r.place"
		" FROM ("
		"  SELECT r.run_id, r.step_ordinal, r.ctid AS place"
		"  FROM mcp.ready_steps AS r"
		"  WHERE r.queue = $1"
		"  ORDER BY r.priority DESC, r.run_id, r.step_ordinal"
		"  LIMIT $2"
		"  FOR UPDATE SKIP LOCKED) AS r"
		" CROSS JOIN LATERAL ("
		"  SELECT" RUN_ROW_COLUMNS "  FROM mcp.live_runs AS l"
		"  WHERE l.run_id = r.run_id"
		"  FOR UPDATE SKIP LOCKED) AS l"
		"), gone AS ("
		" DELETE FROM mcp.ready_steps AS r"
		" USING claimed AS c"
		" WHERE r.ctid = c.place)"
		" SELECT * FROM claimed",
		2,
		{TEXTOID, INT4OID},
		NULL};
	Datum values[2] = {CStringGetTextDatum(queue), Int32GetDatum(limit)};
	uint64 count = statement_run(&claim, values, NULL);
	SPITupleTable *table = SPI_tuptable;
	List *claims = NIL;

	for (uint64 i = 0; i < count; i++)
	{
		ClaimedStep *step = palloc_object(ClaimedStep);
		bool is_null;

		step->run = decode_run(table->vals[i], table->tupdesc);
		step->step = DatumGetInt32(SPI_getbinval(table->vals[i],
		                                         table->tupdesc,
		                                         RUN_ROW_COLUMN_COUNT + 1,
		                                         &is_null));
		claims = lappend(claims, step);
	}
	return claims;
}

void
run_store_save(List *runs, TimestampTz now)
{
	List *living = NIL;
	List *ended = NIL;
	ListCell *cell;

	foreach (cell, runs)
	{
		LiveRun *run = lfirst(cell);

		if (!run->is_changed)
			continue;
		if (run_status_is_end(run_state_status(run->state)))
			ended = lappend(ended, run);
		else
			living = lappend(living, run);
		run->is_changed = false;
	}
	if (living != NIL)
		update_live(living);
	if (ended != NIL)
		move_ended(ended, now);
}

pg_uuid_t *
run_store_find_held(const int *epochs, int epoch_count, int *count)
{
	static Statement find = {"SELECT l.run_id"
	                         " FROM mcp.live_runs AS l"
	                         " WHERE mcp._state_epochs(l.state) && $1"
	                         " ORDER BY l.run_id",
	                         1,
	                         {INT4ARRAYOID},
	                         NULL};
	Column column;
	Datum values[1];
	pg_uuid_t *run_ids;

	column_init(&column, INT4OID, epoch_count);
	for (int i = 0; i < epoch_count; i++)
		column_add(&column, Int32GetDatum(epochs[i]));
	values[0] = column_array(&column);
	*count = (int) statement_run(&find, values, NULL);
	run_ids = palloc_array(pg_uuid_t, (Size) *count + 1);
	for (int i = 0; i < *count; i++)
	{
		bool is_null;

		run_ids[i] = *DatumGetUUIDP(SPI_getbinval(
			SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 1, &is_null));
	}
	return run_ids;
}

int *
run_store_find_orphan_epochs(int *count)
{
	static Statement find = {
		"SELECT DISTINCT e.epoch"
		" FROM mcp.live_runs AS l"
		" CROSS JOIN unnest(mcp._state_epochs(l.state)) AS e (epoch)"
		" WHERE NOT EXISTS ("
		"  SELECT FROM mcp.workers AS w"
		"  WHERE w.epoch = e.epoch)",
		0,
		{InvalidOid},
		NULL};
	int *epochs;

	*count = (int) statement_run(&find, NULL, NULL);
	epochs = palloc_array(int, (Size) *count + 1);
	for (int i = 0; i < *count; i++)
	{
		bool is_null;

		epochs[i] = DatumGetInt32(SPI_getbinval(
			SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 1, &is_null));
	}
	return epochs;
}

/* Decoding loads plans and so runs other statements: hold on to the rows. */
static List *
decode_runs(void)
{
	SPITupleTable *table = SPI_tuptable;
	uint64 count = SPI_processed;
	List *runs = NIL;

	for (uint64 i = 0; i < count; i++)
		runs = lappend(runs, decode_run(table->vals[i], table->tupdesc));
	return runs;
}

static LiveRun *
decode_run(HeapTuple row, TupleDesc columns)
{
	Datum values[RUN_ROW_COLUMN_COUNT + 2];
	bool nulls[RUN_ROW_COLUMN_COUNT + 2];

	heap_deform_tuple(row, columns, values, nulls);
	return run_row_decode(values, nulls);
}

static void
update_live(List *runs)
{
	static Statement update = {
		"UPDATE mcp.live_runs AS l"
		" SET status = u.status, started_at = u.started_at, state = u.state"
		" FROM unnest($1, $2, $3, $4)"
		"  AS u (place, status, started_at, state)"
		" WHERE l.ctid = u.place",
		4,
		{TIDARRAYOID, TEXTARRAYOID, TIMESTAMPTZARRAYOID, BYTEAARRAYOID},
		NULL};
	int count = list_length(runs);
	Column columns[4];
	Datum values[4];
	ListCell *cell;

	column_init(&columns[0], TIDOID, count);
	column_init(&columns[1], TEXTOID, count);
	column_init(&columns[2], TIMESTAMPTZOID, count);
	column_init(&columns[3], BYTEAOID, count);
	foreach (cell, runs)
	{
		LiveRun *run = lfirst(cell);

		column_add_pointer(&columns[0], &run->place);
		column_add_text(&columns[1],
		                run_status_name(run_state_status(run->state)));
		add_started_at(&columns[2], run);
		column_add_pointer(&columns[3], run_row_print_state(run->state));
	}
	for (int i = 0; i < 4; i++)
		values[i] = column_array(&columns[i]);
	if (statement_run(&update, values, NULL) != (uint64) count)
		elog(ERROR, "a locked run was not where it was");
}

static void
move_ended(List *runs, TimestampTz now)
{
	static Statement move = {
		"WITH ended AS ("
		" DELETE FROM mcp.live_runs AS l"
		" USING unnest($1, $2, $3, $4, $5, $6) AS u (place,"
		"  ended_as, first_at, result, message, fallback)"
		" WHERE l.ctid = u.place"
		" RETURNING l.*, u.*)"
		" INSERT INTO mcp.finished_runs (run_id, workflow_id, mcp_version_id,"
		"  parent_run_id, fallback_run_id, workflow_version, priority, depth,"
		"  created_at, queue, owner, idempotency_key, parent_step_id, inputs,"
		"  pinned_versions, outputs, error_message, finished_at, started_at,"
		"  status)"
		" SELECT e.run_id, e.workflow_id, e.mcp_version_id,"
		"  e.parent_run_id, e.fallback, e.workflow_version, e.priority, e.depth,"
		"  e.created_at, e.queue, e.owner, e.idempotency_key, e.parent_step_id,"
		"  e.inputs, e.pinned_versions, e.result, e.message, $7, e.first_at,"
		"  e.ended_as"
		" FROM ended AS e",
		7,
		{TIDARRAYOID,
	     TEXTARRAYOID,
	     TIMESTAMPTZARRAYOID,
	     JSONBARRAYOID,
	     TEXTARRAYOID,
	     UUIDARRAYOID,
	     TIMESTAMPTZOID},
		NULL};
	int count = list_length(runs);
	static const Oid types[6] = {
		TIDOID, TEXTOID, TIMESTAMPTZOID, JSONBOID, TEXTOID, UUIDOID};
	Column columns[6];
	Datum values[7];
	ListCell *cell;

	for (int i = 0; i < 6; i++)
		column_init(&columns[i], types[i], count);
	foreach (cell, runs)
		add_ended(columns, lfirst(cell));
	for (int i = 0; i < 6; i++)
		values[i] = column_array(&columns[i]);
	values[6] = TimestampTzGetDatum(now);
	if (statement_run(&move, values, NULL) != (uint64) count)
		elog(ERROR, "a locked run was not where it was");
}

static void
add_ended(Column *columns, LiveRun *run)
{
	column_add_pointer(&columns[0], &run->place);
	column_add_text(&columns[1], run_status_name(run_state_status(run->state)));
	add_started_at(&columns[2], run);
	column_add_pointer(&columns[3], run->outputs);
	column_add_text(&columns[4], run->error_message);
	column_add_pointer(&columns[5],
	                   run->has_fallback_run ? &run->fallback_run_id : NULL);
}

static void
add_started_at(Column *column, const LiveRun *run)
{
	if (run->started_at == 0)
		column_add_null(column);
	else
		column_add(column, TimestampTzGetDatum(run->started_at));
}
