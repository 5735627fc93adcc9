/*
 * attempt_store.c
 *		The rows of attempts that ended: history, appended to and read.
 */
#include "postgres.h"

#include "attempt_store.h"
#include "catalog/pg_type.h"
#include "column.h"
#include "miscadmin.h"
#include "row_table.h"
#include "statement.h"
#include "utils/builtins.h"

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

static const char *const add_names[ADD_COUNT] = {
	[ADD_RUN_ID] = "run_id",
	[ADD_STEP] = "step_ordinal",
	[ADD_ATTEMPT] = "attempt",
	[ADD_MCP_ID] = "mcp_id",
	[ADD_STARTED_AT] = "started_at",
	[ADD_FINISHED_AT] = "finished_at",
	[ADD_STATUS] = "status",
	[ADD_STEP_ID] = "step_id",
	[ADD_NAME] = "name",
	[ADD_MCP_VERSION] = "mcp_version",
	[ADD_WORKER] = "worker",
	[ADD_INPUTS] = "inputs_used",
	[ADD_OUTPUTS] = "outputs_generated",
	[ADD_ERROR] = "error",
	[ADD_ERROR_CLASS] = "error_class",
	[ADD_STDOUT] = "stdout",
	[ADD_STDERR] = "stderr",
};

static void add_details(List *attempts);
static void add_artifacts(List *attempts);
static void fill_row(Datum *values, const Attempt *attempt);
static bool has_zero(int column);
static Datum text_or_null(const char *text);

void
attempt_store_add(List *attempts)
{
	RowTable *step_runs;
	int places[ADD_COUNT];
	ListCell *cell;

	if (attempts == NIL)
		return;
	step_runs = row_table_open("step_runs");
	row_table_name_columns(step_runs, add_names, ADD_COUNT, places);
	foreach (cell, attempts)
	{
		Datum columns[ADD_COUNT];
		Datum *values;
		bool *nulls;

		CHECK_FOR_INTERRUPTS();
		fill_row(columns, lfirst(cell));
		row_table_begin(step_runs, &values, &nulls);
		for (int i = 0; i < ADD_COUNT; i++)
		{
			values[places[i]] = columns[i];
			nulls[places[i]] = columns[i] == 0 && !has_zero(i);
		}
		row_table_add(step_runs);
	}
	row_table_close(step_runs);
	add_details(attempts);
	add_artifacts(attempts);
}

/* Most attempts have none. */
static void
add_details(List *attempts)
{
	static Statement add = {
		"INSERT INTO mcp.step_details (run_id, step_ordinal, attempt, usage,"
		" is_from_cache)"
		" SELECT *"
		" FROM unnest($1, $2, $3, $4, $5)",
		5,
		{UUIDARRAYOID, INT4ARRAYOID, INT4ARRAYOID, JSONBARRAYOID, BOOLARRAYOID},
		NULL};
	static const Oid types[5] = {UUIDOID, INT4OID, INT4OID, JSONBOID, BOOLOID};
	Column columns[5];
	Datum values[5];
	ListCell *cell;

	for (int i = 0; i < 5; i++)
		column_init(&columns[i], types[i], 1);
	foreach (cell, attempts)
	{
		const Attempt *attempt = lfirst(cell);

		if (attempt->usage == NULL && !attempt->is_from_cache)
			continue;
		column_add_pointer(&columns[0], attempt->run_id);
		column_add(&columns[1], Int32GetDatum(attempt->step));
		column_add(&columns[2], Int32GetDatum(attempt->attempt));
		column_add_pointer(&columns[3], attempt->usage);
		column_add(&columns[4], BoolGetDatum(attempt->is_from_cache));
	}
	if (columns[0].count == 0)
		return;
	for (int i = 0; i < 5; i++)
		values[i] = column_array(&columns[i]);
	statement_run(&add, values, NULL);
}

/* Hardly any attempt has one. */
static void
add_artifacts(List *attempts)
{
	static Statement add = {
		"INSERT INTO mcp.step_artifacts (run_id, step_ordinal, attempt, name,"
		" content_type, data)"
		" SELECT *"
		" FROM unnest($1, $2, $3, $4, $5, $6)",
		6,
		{UUIDARRAYOID,
	     INT4ARRAYOID,
	     INT4ARRAYOID,
	     TEXTARRAYOID,
	     TEXTARRAYOID,
	     BYTEAARRAYOID},
		NULL};
	static const Oid types[6] = {
		UUIDOID, INT4OID, INT4OID, TEXTOID, TEXTOID, BYTEAOID};
	Column columns[6];
	Datum values[6];
	ListCell *cell;

	for (int i = 0; i < 6; i++)
		column_init(&columns[i], types[i], 1);
	foreach (cell, attempts)
	{
		const Attempt *attempt = lfirst(cell);

		if (attempt->artifact == NULL)
			continue;
		column_add_pointer(&columns[0], attempt->run_id);
		column_add(&columns[1], Int32GetDatum(attempt->step));
		column_add(&columns[2], Int32GetDatum(attempt->attempt));
		column_add_text(&columns[3], attempt->artifact->name);
		column_add_text(&columns[4], attempt->artifact->content_type);
		column_add_pointer(&columns[5], attempt->artifact->data);
	}
	if (columns[0].count == 0)
		return;
	for (int i = 0; i < 6; i++)
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

/* A pointer that is NULL stands for null. */
static void
fill_row(Datum *values, const Attempt *attempt)
{
	values[ADD_RUN_ID] = UUIDPGetDatum(attempt->run_id);
	values[ADD_STEP] = Int32GetDatum(attempt->step);
	values[ADD_ATTEMPT] = Int32GetDatum(attempt->attempt);
	values[ADD_MCP_ID] = PointerGetDatum(attempt->mcp_id);
	values[ADD_STARTED_AT] = TimestampTzGetDatum(attempt->started_at);
	values[ADD_FINISHED_AT] = TimestampTzGetDatum(attempt->finished_at);
	values[ADD_STATUS] = text_or_null(step_state_name(attempt->status));
	values[ADD_STEP_ID] = text_or_null(attempt->step_id);
	values[ADD_NAME] = text_or_null(attempt->name);
	values[ADD_MCP_VERSION] = text_or_null(attempt->mcp_version);
	values[ADD_WORKER] = text_or_null(attempt->worker);
	values[ADD_INPUTS] = PointerGetDatum(attempt->inputs);
	values[ADD_OUTPUTS] = PointerGetDatum(attempt->outputs);
	values[ADD_ERROR] = text_or_null(attempt->error);
	values[ADD_ERROR_CLASS] = text_or_null(attempt->error_class);
	values[ADD_STDOUT] = text_or_null(attempt->stdout_text);
	values[ADD_STDERR] = text_or_null(attempt->stderr_text);
}

/* Of the numbers among the columns a zero is one, not a null. */
static bool
has_zero(int column)
{
	return column == ADD_STEP || column == ADD_ATTEMPT ||
	       column == ADD_STARTED_AT || column == ADD_FINISHED_AT;
}

static Datum
text_or_null(const char *text)
{
	return text == NULL ? (Datum) 0 : CStringGetTextDatum(text);
}
