/*
 * fn_diff.c
 *		The differences of two documents, as rows of SQL and as a document.
 */
#include "postgres.h"

#include "funcapi.h"
#include "nodes/execnodes.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/tuplestore.h"

#include "json_changes.h"
#include "json_diff.h"

#define DIFF_COLUMNS 4

/* Where the rows go, and what is reset after each. */
typedef struct DiffRows
{
	ReturnSetInfo *result;
	MemoryContext row_memory;
} DiffRows;

static void put_row(void *context, const JsonPath *path, JsonChange change,
                    const JsonbValue *before, const JsonbValue *after);
static Datum make_jsonb(const JsonbValue *value);

PG_FUNCTION_INFO_V1(mcp_json_diff);
PG_FUNCTION_INFO_V1(mcp_json_changes);

/* mcp._json_diff(old jsonb, new jsonb, item_key text) */
Datum
mcp_json_diff(PG_FUNCTION_ARGS)
{
	DiffRows rows;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		ereport(ERROR,
		        (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
		         errmsg("documents to compare must not be null")));
	InitMaterializedSRF(fcinfo, 0);
	rows.result = (ReturnSetInfo *) fcinfo->resultinfo;
	rows.row_memory = AllocSetContextCreate(
		CurrentMemoryContext, "mcp diff row", ALLOCSET_DEFAULT_SIZES);
	json_diff_walk(PG_GETARG_JSONB_P(0),
	               PG_GETARG_JSONB_P(1),
	               PG_ARGISNULL(2) ? NULL
	                               : text_to_cstring(PG_GETARG_TEXT_PP(2)),
	               put_row,
	               &rows);
	return (Datum) 0;
}

/* mcp._json_changes(old jsonb, new jsonb, item_key text, max_bytes integer) */
Datum
mcp_json_changes(PG_FUNCTION_ARGS)
{
	char *item_key = text_to_cstring(PG_GETARG_TEXT_PP(2));

	PG_RETURN_JSONB_P(json_changes_make(PG_GETARG_JSONB_P(0),
	                                    PG_GETARG_JSONB_P(1),
	                                    item_key,
	                                    PG_GETARG_INT32(3)));
}

static void
put_row(void *context, const JsonPath *path, JsonChange change,
        const JsonbValue *before, const JsonbValue *after)
{
	DiffRows *rows = context;
	MemoryContext caller = MemoryContextSwitchTo(rows->row_memory);
	Datum values[DIFF_COLUMNS];
	bool nulls[DIFF_COLUMNS] = {false, false, before == NULL, after == NULL};

	values[0] = CStringGetTextDatum(json_path_print(path));
	values[1] = CStringGetTextDatum(json_change_name(change));
	values[2] = make_jsonb(before);
	values[3] = make_jsonb(after);
	tuplestore_putvalues(
		rows->result->setResult, rows->result->setDesc, values, nulls);
	MemoryContextSwitchTo(caller);
	MemoryContextReset(rows->row_memory);
}

/* JsonbValueToJsonb only reads, whatever its prototype says. */
static Datum
make_jsonb(const JsonbValue *value)
{
	JsonbValue copy;

	if (value == NULL)
		return (Datum) 0;
	copy = *value;
	return JsonbPGetDatum(JsonbValueToJsonb(&copy));
}
