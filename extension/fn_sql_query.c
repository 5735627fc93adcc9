/*
 * fn_sql_query.c
 *		The SQL face of queries that are MCPs.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "sql_query.h"
#include "utils/array.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(mcp_run_sql_query);

/* (query, parameters text[], inputs, role oid, read_only, max_rows) -> jsonb */
Datum
mcp_run_sql_query(PG_FUNCTION_ARGS)
{
	MemoryContext caller = CurrentMemoryContext;
	SqlQuery query = {.text = text_to_cstring(PG_GETARG_TEXT_PP(0)),
	                  .role = PG_GETARG_OID(3),
	                  .is_read_only = PG_GETARG_BOOL(4),
	                  .rows_max = PG_GETARG_INT32(5)};
	Jsonb *inputs = PG_GETARG_JSONB_P(2);
	Datum *names;
	Jsonb *result;

	deconstruct_array(PG_GETARG_ARRAYTYPE_P(1),
	                  TEXTOID,
	                  -1,
	                  false,
	                  TYPALIGN_INT,
	                  &names,
	                  NULL,
	                  &query.parameter_count);
	query.parameters = palloc_array(char *, (Size) query.parameter_count + 1);
	for (int i = 0; i < query.parameter_count; i++)
		query.parameters[i] = TextDatumGetCString(names[i]);
	SPI_connect();
	result = sql_query_run(&query, inputs);
	MemoryContextSwitchTo(caller);
	result = DatumGetJsonbPCopy(JsonbPGetDatum(result));
	SPI_finish();
	PG_RETURN_JSONB_P(result);
}
