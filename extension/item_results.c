/*
 * item_results.c
 *		What the items of a step came to, as the step's one result.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "item_results.h"
#include "json_document.h"
#include "statement.h"
#include "utils/builtins.h"

static void
push_collected(JsonbParseState **state, Jsonb *result, const char *error);

/* Of several attempts the last one counts. */
Jsonb *
item_results_read(const pg_uuid_t *run_id, const RunFan *fan,
                  bool is_collecting)
{
	static Statement find = {
		"SELECT DISTINCT ON (s.step_ordinal) s.outputs_generated,"
		" CASE WHEN s.status <> 'SUCCESS' THEN coalesce(s.error, '') END"
		" FROM mcp.step_runs AS s"
		" WHERE s.run_id = $1"
		" AND s.step_ordinal >= $2"
		" AND s.step_ordinal < $2 + $3"
		" ORDER BY s.step_ordinal, s.attempt DESC",
		3,
		{UUIDOID, INT4OID, INT4OID},
		NULL};
	Datum values[3] = {UUIDPGetDatum(run_id),
	                   Int32GetDatum(fan->first),
	                   Int32GetDatum(fan->count)};
	JsonbParseState *state = NULL;

	statement_run(&find, values, NULL);
	pushJsonbValue(&state, WJB_BEGIN_ARRAY, NULL);
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		HeapTuple row = SPI_tuptable->vals[i];
		TupleDesc columns = SPI_tuptable->tupdesc;
		bool is_null;
		bool is_success;
		Datum result = SPI_getbinval(row, columns, 1, &is_null);
		Jsonb *document = is_null ? NULL : DatumGetJsonbPCopy(result);
		Datum error = SPI_getbinval(row, columns, 2, &is_success);

		if (is_collecting)
			push_collected(&state,
			               document,
			               is_success ? NULL : TextDatumGetCString(error));
		else
			json_document_push(&state, document);
	}
	return JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_ARRAY, NULL));
}

Jsonb *
item_results_none(void)
{
	JsonbParseState *state = NULL;

	pushJsonbValue(&state, WJB_BEGIN_ARRAY, NULL);
	return JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_ARRAY, NULL));
}

static void
push_collected(JsonbParseState **state, Jsonb *result, const char *error)
{
	pushJsonbValue(state, WJB_BEGIN_OBJECT, NULL);
	json_document_push_key(state, "success");
	json_document_push_bool(state, error == NULL);
	json_document_push_key(state, "result");
	json_document_push(state, result);
	json_document_push_key(state, "error");
	if (error == NULL)
		json_document_push(state, NULL);
	else
		json_document_push_text(state, error);
	pushJsonbValue(state, WJB_END_OBJECT, NULL);
}
