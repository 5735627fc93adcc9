/*
 * attempt_store.c
 *		The rows of attempts that ended: history, appended to and read.
 */
#include "postgres.h"

#include "attempt_store.h"
#include "catalog/pg_type.h"
#include "column.h"
#include "statement.h"

/* The columns that are added, in the order of the statement. */
enum
{
	ADD_RUN_ID,
	ADD_STEP,
	ADD_ATTEMPT,
	ADD_MCP_ID,
	ADD_STARTED_AT,
	ADD_FINISHED_AT,
	ADD_STATUS,
	ADD_STEP_ID,
	ADD_NAME,
	ADD_MCP_VERSION,
	ADD_WORKER,
	ADD_INPUTS,
	ADD_OUTPUTS,
	ADD_ERROR,
	ADD_ERROR_CLASS,
	ADD_STDOUT,
	ADD_STDERR,
	ADD_COUNT
};

static const Oid add_types[ADD_COUNT] = {
	[ADD_RUN_ID] = UUIDOID,
	[ADD_STEP] = INT4OID,
	[ADD_ATTEMPT] = INT4OID,
	[ADD_MCP_ID] = UUIDOID,
	[ADD_STARTED_AT] = TIMESTAMPTZOID,
	[ADD_FINISHED_AT] = TIMESTAMPTZOID,
	[ADD_STATUS] = TEXTOID,
	[ADD_STEP_ID] = TEXTOID,
	[ADD_NAME] = TEXTOID,
	[ADD_MCP_VERSION] = TEXTOID,
	[ADD_WORKER] = TEXTOID,
	[ADD_INPUTS] = JSONBOID,
	[ADD_OUTPUTS] = JSONBOID,
	[ADD_ERROR] = TEXTOID,
	[ADD_ERROR_CLASS] = TEXTOID,
	[ADD_STDOUT] = TEXTOID,
	[ADD_STDERR] = TEXTOID,
};

static void add_row(Column *columns, const Attempt *attempt);

void
attempt_store_add(List *attempts)
{
	static Statement add = {
		"INSERT INTO mcp.step_runs (run_id, step_ordinal, attempt, mcp_id,"
		" started_at, finished_at, status, step_id, name, mcp_version,"
		" worker, inputs_used, outputs_generated, error, error_class,"
		" stdout, stderr)"
		" SELECT *"
		" FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10,"
		"  $11, $12, $13, $14, $15, $16, $17)",
		ADD_COUNT,
		{UUIDARRAYOID,
	     INT4ARRAYOID,
	     INT4ARRAYOID,
	     UUIDARRAYOID,
	     TIMESTAMPTZARRAYOID,
	     TIMESTAMPTZARRAYOID,
	     TEXTARRAYOID,
	     TEXTARRAYOID,
	     TEXTARRAYOID,
	     TEXTARRAYOID,
	     TEXTARRAYOID,
	     JSONBARRAYOID,
	     JSONBARRAYOID,
	     TEXTARRAYOID,
	     TEXTARRAYOID,
	     TEXTARRAYOID,
	     TEXTARRAYOID},
		NULL};
	Column columns[ADD_COUNT];
	Datum values[ADD_COUNT];
	ListCell *cell;

	if (attempts == NIL)
		return;
	for (int i = 0; i < ADD_COUNT; i++)
		column_init(&columns[i], add_types[i], list_length(attempts));
	foreach (cell, attempts)
		add_row(columns, lfirst(cell));
	for (int i = 0; i < ADD_COUNT; i++)
		values[i] = column_array(&columns[i]);
	statement_run(&add, values, NULL);
}

void
attempt_store_read_outputs(List *outputs)
{
	static Statement find = {"SELECT w.place, s.outputs_generated"
	                         " FROM unnest($1, $2)"
	                         "  WITH ORDINALITY AS w (run_id, step, place)"
	                         " JOIN mcp.step_runs AS s"
	                         " ON s.run_id = w.run_id"
	                         " AND s.step_ordinal = w.step"
	                         " WHERE s.status = 'SUCCESS'"
	                         " AND s.outputs_generated IS NOT NULL",
	                         2,
	                         {UUIDARRAYOID, INT4ARRAYOID},
	                         NULL};
	Column run_ids;
	Column steps;
	Datum values[2];
	ListCell *cell;

	if (outputs == NIL)
		return;
	column_init(&run_ids, UUIDOID, list_length(outputs));
	column_init(&steps, INT4OID, list_length(outputs));
	foreach (cell, outputs)
	{
		StepOutput *output = lfirst(cell);

		column_add_pointer(&run_ids, output->run_id);
		column_add(&steps, Int32GetDatum(output->step));
	}
	values[0] = column_array(&run_ids);
	values[1] = column_array(&steps);
	statement_run(&find, values, NULL);
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		HeapTuple row = SPI_tuptable->vals[i];
		TupleDesc columns = SPI_tuptable->tupdesc;
		bool is_null;
		int64 place = DatumGetInt64(SPI_getbinval(row, columns, 1, &is_null));
		StepOutput *output = list_nth(outputs, (int) place - 1);

		output->value =
			DatumGetJsonbP(SPI_getbinval(row, columns, 2, &is_null));
	}
}

static void
add_row(Column *columns, const Attempt *attempt)
{
	column_add_pointer(&columns[ADD_RUN_ID], attempt->run_id);
	column_add(&columns[ADD_STEP], Int32GetDatum(attempt->step));
	column_add(&columns[ADD_ATTEMPT], Int32GetDatum(attempt->attempt));
	column_add_pointer(&columns[ADD_MCP_ID], attempt->mcp_id);
	column_add(&columns[ADD_STARTED_AT],
	           TimestampTzGetDatum(attempt->started_at));
	column_add(&columns[ADD_FINISHED_AT],
	           TimestampTzGetDatum(attempt->finished_at));
	column_add_text(&columns[ADD_STATUS], step_state_name(attempt->status));
	column_add_text(&columns[ADD_STEP_ID], attempt->step_id);
	column_add_text(&columns[ADD_NAME], attempt->name);
	column_add_text(&columns[ADD_MCP_VERSION], attempt->mcp_version);
	column_add_text(&columns[ADD_WORKER], attempt->worker);
	column_add_pointer(&columns[ADD_INPUTS], attempt->inputs);
	column_add_pointer(&columns[ADD_OUTPUTS], attempt->outputs);
	column_add_text(&columns[ADD_ERROR], attempt->error);
	column_add_text(&columns[ADD_ERROR_CLASS], attempt->error_class);
	column_add_text(&columns[ADD_STDOUT], attempt->stdout_text);
	column_add_text(&columns[ADD_STDERR], attempt->stderr_text);
}
