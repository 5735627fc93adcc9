/*
 * statement.c
 *		An SQL text that is prepared once per backend.
 */
#include "postgres.h"

#include "nodes/parsenodes.h"

#include "script.h"
#include "statement.h"

static uint64 execute(Statement *statement, Datum *values, const char *nulls,
                      bool is_read_only);
static void prepare(Statement *statement);

uint64
statement_run(Statement *statement, Datum *values, const char *nulls)
{
	return execute(statement, values, nulls, false);
}

uint64
statement_read(Statement *statement, Datum *values, const char *nulls)
{
	return execute(statement, values, nulls, true);
}

Jsonb *
statement_take_jsonb(void)
{
	bool is_null;
	Datum value = SPI_getbinval(
		SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &is_null);
	Jsonb *whole;

	Assert(!is_null);
	/*
	 * First made whole and then copied: a column may hold it compressed or out
	 * of line, and made whole after the copy it would lie in SPI's memory.
	 */
	whole = DatumGetJsonbP(value);
	return DatumGetJsonbP(SPI_datumTransfer(JsonbPGetDatum(whole), false, -1));
}

static uint64
execute(Statement *statement, Datum *values, const char *nulls,
        bool is_read_only)
{
	MemoryContext caller = CurrentMemoryContext;
	int result;

	if (statement->plan == NULL)
		prepare(statement);
	result = SPI_execute_plan(statement->plan, values, nulls, is_read_only, 0);
	/* SPI leaves its own behind. */
	MemoryContextSwitchTo(caller);
	if (result < 0)
		elog(ERROR,
		     "could not execute \"%s\": %s",
		     statement->text,
		     SPI_result_code_string(result));
	return SPI_processed;
}

/*
 * One generic plan from the start: all our statements look things up by key, so
 * the values would not change the plan, and planning costs more than running.
 * The plan is kept only once it is whole, so an error leaves nothing behind.
 */
static void
prepare(Statement *statement)
{
	SPIPlanPtr plan;

	script_require_current();
	plan = SPI_prepare_cursor(statement->text,
	                          statement->parameter_count,
	                          statement->types,
	                          CURSOR_OPT_GENERIC_PLAN);
	if (plan == NULL || SPI_keepplan(plan) != 0)
		elog(ERROR,
		     "could not prepare \"%s\": %s",
		     statement->text,
		     SPI_result_code_string(SPI_result));
	statement->plan = plan;
}
