/*
 * fn_json_schema.c
 *		SQL face of JSON Schema: mcp.json_schema_is_valid() and its sisters.
 *
 * A query usually holds many documents against one schema, so each call site
 * remembers its last one.
 */
#include "postgres.h"

#include "commands/trigger.h"
#include "fmgr.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/inval.h"
#include "utils/jsonb.h"
#include "utils/rel.h"

#include "json_nul.h"
#include "json_schema.h"
#include "json_schema_cache.h"
#include "json_schema_cursor.h"
#include "json_schema_error.h"

/*
 * The schema of the last call, told by its bytes as they came: comparing a
 * kilobyte takes some 20 ns, where unpacking a toasted datum and looking it up
 * would take longer than the check.  A pointer into a toast table stands for its
 * value as long as a query runs, which is as long as this lives.
 */
typedef struct LastSchema
{
	const JsonSchema *schema;
	uint64 epoch;
	struct varlena *datum;
	Size size;
	Size room;
} LastSchema;

PG_FUNCTION_INFO_V1(mcp_json_schema_is_valid);
PG_FUNCTION_INFO_V1(mcp_json_schema_errors);
PG_FUNCTION_INFO_V1(mcp_json_schema_is_valid_json);
PG_FUNCTION_INFO_V1(mcp_json_schema_errors_json);
PG_FUNCTION_INFO_V1(mcp_json_schema_check);
PG_FUNCTION_INFO_V1(mcp_json_schemas_changed);

static void
remember_schema(LastSchema *last, const struct varlena *datum, Size size,
                const JsonSchema *schema, MemoryContext context)
{
	if (size > last->room)
	{
		if (last->datum != NULL)
			pfree(last->datum);
		last->datum = MemoryContextAlloc(context, size);
		last->room = size;
	}
	memcpy(last->datum, datum, size);
	last->size = size;
	last->schema = schema;
	last->epoch = schema_cache_epoch();
}

/* An argument as it is declared in SQL, jsonb or json. */
typedef Jsonb *(*ReadDocument)(Datum argument);

static Jsonb *
read_jsonb(Datum argument)
{
	return DatumGetJsonbP(argument);
}

static Jsonb *
read_json(Datum argument)
{
	return json_nul_read(DatumGetTextPP(argument));
}

static const JsonSchema *
get_schema(FunctionCallInfo fcinfo, int argument, ReadDocument read)
{
	struct varlena *datum =
		(struct varlena *) DatumGetPointer(PG_GETARG_DATUM(argument));
	Size size = VARSIZE_ANY(datum);
	LastSchema *last = fcinfo->flinfo->fn_extra;
	Jsonb *document;
	const JsonSchema *schema;

	if (last != NULL && last->epoch == schema_cache_epoch() &&
	    last->size == size && memcmp(last->datum, datum, size) == 0)
		return last->schema;

	if (last == NULL)
	{
		last = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(*last));
		fcinfo->flinfo->fn_extra = last;
	}
	last->epoch = 0;
	document = read(PG_GETARG_DATUM(argument));
	schema = json_schema_get(document);
	PG_FREE_IF_COPY(document, argument);
	remember_schema(last, datum, size, schema, fcinfo->flinfo->fn_mcxt);
	return schema;
}

static SchemaFormats
get_formats(FunctionCallInfo fcinfo, int argument)
{
	return PG_GETARG_BOOL(argument) ? SCHEMA_FORMATS_ASSERT
	                                : SCHEMA_FORMATS_ANNOTATE;
}

/* One row for each error: instance_path, schema_path, keyword, message. */
static void
put_errors(FunctionCallInfo fcinfo, const SchemaErrors *errors)
{
	ReturnSetInfo *result;

	InitMaterializedSRF(fcinfo, 0);
	result = (ReturnSetInfo *) fcinfo->resultinfo;
	for (int i = 0; i < schema_errors_count(errors); i++)
	{
		const SchemaError *error = schema_errors_get(errors, i);
		bool nulls[4] = {false, error->schema_path == NULL, false, false};
		Datum values[4];

		values[0] =
			PointerGetDatum(json_nul_print(json_path_print(error->path)));
		values[1] = nulls[1]
		                ? (Datum) 0
		                : PointerGetDatum(json_nul_print(error->schema_path));
		values[2] = CStringGetTextDatum(error->keyword);
		values[3] = PointerGetDatum(json_nul_print(error->message));
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
}

/* mcp.json_schema_is_valid(schema jsonb, instance jsonb, assert_format bool) */
Datum
mcp_json_schema_is_valid(PG_FUNCTION_ARGS)
{
	const JsonSchema *schema = get_schema(fcinfo, 0, read_jsonb);
	Jsonb *instance = PG_GETARG_JSONB_P(1);
	JsonbValue value = json_cursor_root(instance);
	bool is_valid =
		json_schema_is_valid(schema, &value, get_formats(fcinfo, 2));

	PG_FREE_IF_COPY(instance, 1);
	PG_RETURN_BOOL(is_valid);
}

/* mcp.json_schema_errors(schema jsonb, instance jsonb, assert_format bool) */
Datum
mcp_json_schema_errors(PG_FUNCTION_ARGS)
{
	const JsonSchema *schema = get_schema(fcinfo, 0, read_jsonb);
	JsonbValue value = json_cursor_root(PG_GETARG_JSONB_P(1));

	put_errors(fcinfo,
	           json_schema_collect(schema, &value, get_formats(fcinfo, 2)));
	return (Datum) 0;
}

/* mcp.json_schema_is_valid_json(schema json, instance json, assert_format bool) */
Datum
mcp_json_schema_is_valid_json(PG_FUNCTION_ARGS)
{
	const JsonSchema *schema = get_schema(fcinfo, 0, read_json);
	Jsonb *instance = read_json(PG_GETARG_DATUM(1));
	JsonbValue value = json_cursor_root(instance);

	PG_RETURN_BOOL(
		json_schema_is_valid(schema, &value, get_formats(fcinfo, 2)));
}

/* mcp.json_schema_errors_json(schema json, instance json, assert_format bool) */
Datum
mcp_json_schema_errors_json(PG_FUNCTION_ARGS)
{
	const JsonSchema *schema = get_schema(fcinfo, 0, read_json);
	JsonbValue value = json_cursor_root(read_json(PG_GETARG_DATUM(1)));

	put_errors(fcinfo,
	           json_schema_collect(schema, &value, get_formats(fcinfo, 2)));
	return (Datum) 0;
}

/* mcp.json_schema_check(schema jsonb) */
Datum
mcp_json_schema_check(PG_FUNCTION_ARGS)
{
	put_errors(fcinfo, json_schema_collect_own(PG_GETARG_JSONB_P(0)));
	return (Datum) 0;
}

/* Trigger on mcp.json_schemas: tells every backend to forget what it compiled. */
Datum
mcp_json_schemas_changed(PG_FUNCTION_ARGS)
{
	const TriggerData *trigger = (const TriggerData *) fcinfo->context;

	if (!CALLED_AS_TRIGGER(fcinfo))
		ereport(ERROR,
		        errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
		        errmsg("function \"%s\" was not called as a trigger",
		               "mcp._json_schemas_changed"));
	CacheInvalidateRelcache(trigger->tg_relation);
	return PointerGetDatum(NULL);
}
