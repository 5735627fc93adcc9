/*
 * parked_store.c
 *		The rows of steps that wait for something outside their run.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "column.h"
#include "executor/spi.h"
#include "parked_store.h"
#include "statement.h"
#include "utils/builtins.h"

static const char *const kind_names[] = {
	[PARKED_TIME] = "time",
	[PARKED_SIGNAL] = "signal",
	[PARKED_APPROVAL] = "approval",
	[PARKED_WORKFLOW] = "workflow",
	[PARKED_TOOLS] = "tools",
};

/* The columns of a read, in order. */
enum
{
	READ_PLACE,
	READ_KIND,
	READ_NAME,
	READ_CHILD,
	READ_EXPIRES_AT,
	READ_DETAIL,
	READ_SINCE,
	READ_CHILD_STATUS,
	READ_CHILD_OUTPUTS,
	READ_CHILD_ERROR,
	READ_CHILD_FALLBACK,
	READ_COUNT
};

static void add_row(Column *columns, const ParkedStep *step);
static void read_row(ParkedStep *step, const Datum *values, const bool *nulls);
static void
read_child(ParkedStep *step, const Datum *values, const bool *nulls);
static ParkedKind find_kind(const char *name);
static List *run_on(Statement *statement, List *steps);
static void fill_keys(List *steps, Datum values[2]);
static Datum run_ids(List *runs);

void
parked_store_add(List *steps)
{
	static Statement add = {
		"INSERT INTO mcp.parked_steps (run_id, step_ordinal, kind, name,"
		" child_run_id, expires_at, detail, since)"
		" SELECT *"
		" FROM unnest($1, $2, $3, $4, $5, $6, $7, $8)",
		8,
		{UUIDARRAYOID,
	     INT4ARRAYOID,
	     TEXTARRAYOID,
	     TEXTARRAYOID,
	     UUIDARRAYOID,
	     TIMESTAMPTZARRAYOID,
	     JSONBARRAYOID,
	     TIMESTAMPTZARRAYOID},
		NULL};
	static const Oid types[8] = {UUIDOID,
	                             INT4OID,
	                             TEXTOID,
	                             TEXTOID,
	                             UUIDOID,
	                             TIMESTAMPTZOID,
	                             JSONBOID,
	                             TIMESTAMPTZOID};
	Column columns[8];
	Datum values[8];
	ListCell *cell;

	if (steps == NIL)
		return;
	for (int i = 0; i < 8; i++)
		column_init(&columns[i], types[i], list_length(steps));
	foreach (cell, steps)
		add_row(columns, lfirst(cell));
	for (int i = 0; i < 8; i++)
		values[i] = column_array(&columns[i]);
	statement_run(&add, values, NULL);
}

List *
parked_store_read(List *steps)
{
	static Statement find = {
		"SELECT u.place, p.kind, p.name, p.child_run_id, p.expires_at,"
		" p.detail, p.since, c.status, c.outputs, c.error_message,"
		" c.fallback_run_id"
		" FROM unnest($1, $2) WITH ORDINALITY AS u (run_id, step, place)"
		" JOIN mcp.parked_steps AS p"
		" ON p.run_id = u.run_id AND p.step_ordinal = u.step"
		" LEFT JOIN LATERAL ("
		"  SELECT f.status, f.outputs, f.error_message, f.fallback_run_id"
		"  FROM mcp.finished_runs AS f"
		"  WHERE f.run_id = p.child_run_id) AS c ON true",
		2,
		{UUIDARRAYOID, INT4ARRAYOID},
		NULL};

	return run_on(&find, steps);
}

List *
parked_store_remove(List *steps)
{
	static Statement remove = {
		"DELETE FROM mcp.parked_steps AS p"
		" USING unnest($1, $2) WITH ORDINALITY AS u (run_id, step, place)"
		" WHERE p.run_id = u.run_id"
		" AND p.step_ordinal = u.step"
		" RETURNING u.place, p.kind, p.name, p.child_run_id, p.expires_at,"
		" p.detail, p.since, NULL::text, NULL::jsonb, NULL::text, NULL::uuid",
		2,
		{UUIDARRAYOID, INT4ARRAYOID},
		NULL};

	return run_on(&remove, steps);
}

void
parked_store_follow_fallback(const ParkedStep *step)
{
	static Statement follow = {"UPDATE mcp.parked_steps AS p"
	                           " SET child_run_id = $3"
	                           " WHERE p.run_id = $1"
	                           " AND p.step_ordinal = $2",
	                           3,
	                           {UUIDOID, INT4OID, UUIDOID},
	                           NULL};
	Datum values[3] = {UUIDPGetDatum(&step->run->run_id),
	                   Int32GetDatum(step->slot),
	                   UUIDPGetDatum(&step->child_fallback_id)};

	statement_run(&follow, values, NULL);
}

/* Its run may be locked by others, and is left alone: a timer tells it. */
void
parked_store_wake_parents(List *ended, TimestampTz now)
{
	static Statement wake = {
		"INSERT INTO mcp.timers (due_at, run_id, step_ordinal)"
		" SELECT greatest($2, clock_timestamp()), p.run_id, p.step_ordinal"
		" FROM unnest($1) AS u (child_run_id)"
		" CROSS JOIN LATERAL ("
		"  SELECT s.run_id, s.step_ordinal"
		"  FROM mcp.parked_steps AS s"
		"  WHERE s.child_run_id = u.child_run_id"
		"  UNION ALL"
		"  SELECT c.run_id, c.step_ordinal"
		"  FROM mcp.tool_calls AS c"
		"  WHERE c.child_run_id = u.child_run_id) AS p"
		" ON CONFLICT DO NOTHING",
		2,
		{UUIDARRAYOID, TIMESTAMPTZOID},
		NULL};
	Datum values[2];

	if (ended == NIL)
		return;
	values[0] = run_ids(ended);
	values[1] = TimestampTzGetDatum(now);
	statement_run(&wake, values, NULL);
}

bool
parked_store_take_signal(const pg_uuid_t *run_id, const char *name,
                         Jsonb **payload)
{
	static Statement take = {"DELETE FROM mcp.signals AS s"
	                         " WHERE s.run_id = $1"
	                         " AND s.signal_id = ("
	                         "  SELECT o.signal_id"
	                         "  FROM mcp.signals AS o"
	                         "  WHERE o.run_id = $1"
	                         "  AND o.name = $2"
	                         "  ORDER BY o.signal_id"
	                         "  LIMIT 1)"
	                         " RETURNING s.payload",
	                         2,
	                         {UUIDOID, TEXTOID},
	                         NULL};
	Datum values[2] = {UUIDPGetDatum(run_id), CStringGetTextDatum(name)};
	Datum found;
	bool is_null;

	if (statement_run(&take, values, NULL) == 0)
		return false;
	found = SPI_getbinval(
		SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &is_null);
	*payload = is_null ? NULL : DatumGetJsonbPCopy(found);
	return true;
}

static void
add_row(Column *columns, const ParkedStep *step)
{
	column_add_pointer(&columns[0], &step->run->run_id);
	column_add(&columns[1], Int32GetDatum(step->slot));
	column_add_text(&columns[2], kind_names[step->kind]);
	column_add_text(&columns[3], step->name);
	column_add_pointer(&columns[4],
	                   step->kind == PARKED_WORKFLOW ? &step->child_run_id
	                                                 : NULL);
	if (step->expires_at == 0)
		column_add_null(&columns[5]);
	else
		column_add(&columns[5], TimestampTzGetDatum(step->expires_at));
	column_add_pointer(&columns[6], step->detail);
	column_add(&columns[7], TimestampTzGetDatum(step->since));
}

static void
read_row(ParkedStep *step, const Datum *values, const bool *nulls)
{
	step->kind = find_kind(TextDatumGetCString(values[READ_KIND]));
	if (!nulls[READ_NAME])
		step->name = TextDatumGetCString(values[READ_NAME]);
	if (!nulls[READ_CHILD])
		step->child_run_id = *DatumGetUUIDP(values[READ_CHILD]);
	if (!nulls[READ_EXPIRES_AT])
		step->expires_at = DatumGetTimestampTz(values[READ_EXPIRES_AT]);
	if (!nulls[READ_DETAIL])
		step->detail = DatumGetJsonbPCopy(values[READ_DETAIL]);
	step->since = DatumGetTimestampTz(values[READ_SINCE]);
	read_child(step, values, nulls);
}

static void
read_child(ParkedStep *step, const Datum *values, const bool *nulls)
{
	if (nulls[READ_CHILD_STATUS])
		return;
	step->is_child_over = run_status_find(
		TextDatumGetCString(values[READ_CHILD_STATUS]), &step->child_status);
	if (!nulls[READ_CHILD_OUTPUTS])
		step->child_outputs = DatumGetJsonbPCopy(values[READ_CHILD_OUTPUTS]);
	if (!nulls[READ_CHILD_ERROR])
		step->child_error = TextDatumGetCString(values[READ_CHILD_ERROR]);
	step->has_child_fallback = !nulls[READ_CHILD_FALLBACK];
	if (step->has_child_fallback)
		step->child_fallback_id = *DatumGetUUIDP(values[READ_CHILD_FALLBACK]);
}

static ParkedKind
find_kind(const char *name)
{
	for (int i = 0; i < (int) lengthof(kind_names); i++)
		if (strcmp(kind_names[i], name) == 0)
			return (ParkedKind) i;
	elog(ERROR, "a parked step is of the unknown kind \"%s\"", name);
}

static List *
run_on(Statement *statement, List *steps)
{
	Datum keys[2];
	List *found = NIL;

	if (steps == NIL)
		return NIL;
	fill_keys(steps, keys);
	statement_run(statement, keys, NULL);
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		Datum values[READ_COUNT];
		bool nulls[READ_COUNT];
		ParkedStep *step;

		heap_deform_tuple(
			SPI_tuptable->vals[i], SPI_tuptable->tupdesc, values, nulls);
		step = list_nth(steps, (int) DatumGetInt64(values[READ_PLACE]) - 1);
		read_row(step, values, nulls);
		found = lappend(found, step);
	}
	return found;
}

static void
fill_keys(List *steps, Datum values[2])
{
	Column ids;
	Column slots;
	ListCell *cell;

	column_init(&ids, UUIDOID, list_length(steps));
	column_init(&slots, INT4OID, list_length(steps));
	foreach (cell, steps)
	{
		const ParkedStep *step = lfirst(cell);

		column_add_pointer(&ids, &step->run->run_id);
		column_add(&slots, Int32GetDatum(step->slot));
	}
	values[0] = column_array(&ids);
	values[1] = column_array(&slots);
}

static Datum
run_ids(List *runs)
{
	Column ids;
	ListCell *cell;

	column_init(&ids, UUIDOID, list_length(runs));
	foreach (cell, runs)
		column_add_pointer(&ids, &((LiveRun *) lfirst(cell))->run_id);
	return column_array(&ids);
}
