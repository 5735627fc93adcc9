/*
 * run_insert.c
 *		The row of a new run, and the rows of its first steps in the queue.
 *
 * One statement for both: starting runs is half of the work of short ones.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "column.h"
#include "run_insert.h"
#include "run_row.h"
#include "statement.h"
#include "utils/builtins.h"

static void insert_ended(const NewRun *run);
static Datum null_or_pointer(const void *value, char *null);
static const void *pins_array(const NewRun *run);

void
run_insert(const NewRun *run)
{
	static Statement insert = {
		"WITH started AS ("
		" INSERT INTO mcp.live_runs (run_id, workflow_id, mcp_version_id,"
		"  parent_run_id, workflow_version, priority, depth, created_at,"
		"  queue, owner, inputs, pinned_versions, status, state,"
		"  parent_step_id)"
		" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::name, $11, $12,"
		"  'PENDING', $13, $15))"
		" INSERT INTO mcp.ready_steps (run_id, step_ordinal, priority, queue)"
		" SELECT $1, s.step, $6, $9"
		" FROM unnest($14) AS s (step)",
		15,
		{UUIDOID,
	     UUIDOID,
	     UUIDOID,
	     UUIDOID,
	     INT4OID,
	     INT4OID,
	     INT4OID,
	     TIMESTAMPTZOID,
	     TEXTOID,
	     TEXTOID,
	     JSONBOID,
	     UUIDARRAYOID,
	     BYTEAOID,
	     INT4ARRAYOID,
	     TEXTOID},
		NULL};
	char nulls[16] = "               ";
	Datum values[15];
	Column ready;

	if (run_status_is_end(run_state_status(run->state)))
	{
		insert_ended(run);
		return;
	}
	column_init(&ready, INT4OID, run->ready_count);
	for (int i = 0; i < run->ready_count; i++)
		column_add(&ready, Int32GetDatum(run->ready[i]));
	values[0] = UUIDPGetDatum(&run->run_id);
	values[1] = null_or_pointer(run->workflow_id, &nulls[1]);
	values[2] = null_or_pointer(run->mcp_version_id, &nulls[2]);
	values[3] = null_or_pointer(run->parent_run_id, &nulls[3]);
	values[4] = Int32GetDatum(run->workflow_version);
	nulls[4] = run->workflow_id == NULL ? 'n' : ' ';
	values[5] = Int32GetDatum(run->priority);
	values[6] = Int32GetDatum(run->depth);
	values[7] = TimestampTzGetDatum(run->now);
	values[8] = CStringGetTextDatum(run->queue);
	values[9] = CStringGetTextDatum(run->owner);
	values[10] = run->inputs;
	values[11] = null_or_pointer(pins_array(run), &nulls[11]);
	values[12] = PointerGetDatum(run_row_print_state(run->state));
	values[13] = column_array(&ready);
	values[14] = run->parent_step_id == NULL
	                 ? (Datum) 0
	                 : CStringGetTextDatum(run->parent_step_id);
	nulls[14] = run->parent_step_id == NULL ? 'n' : ' ';
	statement_run(&insert, values, nulls);
}

static void
insert_ended(const NewRun *run)
{
	static Statement insert = {
		"INSERT INTO mcp.finished_runs (run_id, workflow_id, parent_run_id,"
		" workflow_version, priority, depth, created_at, started_at,"
		" finished_at, queue, owner, inputs, status)"
		" VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $7, $8, $9::name, $10, $11)",
		11,
		{UUIDOID,
	     UUIDOID,
	     UUIDOID,
	     INT4OID,
	     INT4OID,
	     INT4OID,
	     TIMESTAMPTZOID,
	     TEXTOID,
	     TEXTOID,
	     JSONBOID,
	     TEXTOID},
		NULL};
	char nulls[12] = "           ";
	Datum values[11];

	values[0] = UUIDPGetDatum(&run->run_id);
	values[1] = null_or_pointer(run->workflow_id, &nulls[1]);
	values[2] = null_or_pointer(run->parent_run_id, &nulls[2]);
	values[3] = Int32GetDatum(run->workflow_version);
	values[4] = Int32GetDatum(run->priority);
	values[5] = Int32GetDatum(run->depth);
	values[6] = TimestampTzGetDatum(run->now);
	values[7] = CStringGetTextDatum(run->queue);
	values[8] = CStringGetTextDatum(run->owner);
	values[9] = run->inputs;
	values[10] =
		CStringGetTextDatum(run_status_name(run_state_status(run->state)));
	statement_run(&insert, values, nulls);
}

static Datum
null_or_pointer(const void *value, char *null)
{
	*null = value == NULL ? 'n' : ' ';
	return PointerGetDatum(value);
}

static const void *
pins_array(const NewRun *run)
{
	Column pins;

	if (run->pinned_versions == NULL)
		return NULL;
	column_init(&pins, UUIDOID, run->step_count);
	for (int i = 0; i < run->step_count; i++)
		column_add(&pins, UUIDPGetDatum(&run->pinned_versions[i]));
	return DatumGetPointer(column_array(&pins));
}
