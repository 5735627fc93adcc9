/*
 * sql_query.c
 *		One query with named parameters, run as some role: an MCP of kind sql.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "funcapi.h"
#include "json_document.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "parser/parse_node.h"
#include "parser/parse_param.h"
#include "sql_query.h"
#include "tcop/cmdtag.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/plancache.h"

/* What a run keeps of one step. */
#define RESULT_BYTES_MAX (16 * 1024 * 1024)

/* In front of a parameter's name. */
#define NAMESPACE "inputs"

/* The parameters while the query is parsed: their types come to light then. */
typedef struct Parameters
{
	const SqlQuery *query;
	Oid *types;
	int type_count;
} Parameters;

/* The parser's hooks have one argument for all, and it is not ours to use. */
static const SqlQuery *parsed_query = NULL;

static void put_on_role(Oid role);
static SPIPlanPtr prepare(const SqlQuery *query, Parameters *parameters);
static void set_up_parser(ParseState *state, void *argument);
static Node *
find_parameter(ParseState *state, ColumnRef *reference, Node *column);
static CommandTag require_one_query(SPIPlanPtr plan);
static ParamListInfo bind(const Parameters *parameters, Jsonb *inputs);
static Datum read_value(JsonbValue *value, Oid type);
static char *print_value(JsonbValue *value, Oid type);
static Jsonb *collect_rows(int rows_max);

Jsonb *
sql_query_run(const SqlQuery *query, Jsonb *inputs)
{
	Parameters parameters = {.query = query};
	int settings = NewGUCNestLevel();
	bool was_read_only = XactReadOnly;
	Oid user;
	int security;
	SPIPlanPtr plan;
	CommandTag tag;
	int outcome;
	Jsonb *result;

	GetUserIdAndSecContext(&user, &security);
	put_on_role(query->role);
	XactReadOnly = was_read_only || query->is_read_only;
	plan = prepare(query, &parameters);
	tag = require_one_query(plan);
	outcome = SPI_execute_plan_with_paramlist(
		plan,
		bind(&parameters, inputs),
		false,
		tag == CMDTAG_SELECT ? query->rows_max + 1 : 0);
	if (outcome < 0)
		elog(ERROR, "a query ended with %s", SPI_result_code_string(outcome));
	result = collect_rows(query->rows_max);
	XactReadOnly = was_read_only;
	AtEOXact_GUC(false, settings);
	SetUserIdAndSecContext(user, security);
	return result;
}

/* An error takes it off again, with the subtransaction that it ends. */
static void
put_on_role(Oid role)
{
	Oid user;
	int security;

	GetUserIdAndSecContext(&user, &security);
	SetUserIdAndSecContext(role,
	                       security | SECURITY_LOCAL_USERID_CHANGE |
	                           SECURITY_RESTRICTED_OPERATION);
	(void) set_config_option("search_path",
	                         "\"$user\", public",
	                         PGC_USERSET,
	                         PGC_S_SESSION,
	                         GUC_ACTION_SAVE,
	                         true,
	                         0,
	                         false);
}

static SPIPlanPtr
prepare(const SqlQuery *query, Parameters *parameters)
{
	SPIPlanPtr plan;

	parameters->type_count = query->parameter_count;
	parameters->types = palloc0_array(Oid, (Size) query->parameter_count + 1);
	plan = SPI_prepare_params(query->text, set_up_parser, parameters, 0);
	if (plan == NULL)
		elog(ERROR,
		     "a query cannot be prepared: %s",
		     SPI_result_code_string(SPI_result));
	if (parameters->type_count > query->parameter_count)
		ereport(ERROR,
		        (errcode(ERRCODE_UNDEFINED_PARAMETER),
		         errmsg("there is no parameter $%d", parameters->type_count),
		         errhint("\"parameters\" names %d.", query->parameter_count)));
	return plan;
}

static void
set_up_parser(ParseState *state, void *argument)
{
	Parameters *parameters = argument;

	parsed_query = parameters->query;
	setup_parse_variable_parameters(
		state, &parameters->types, &parameters->type_count);
	state->p_post_columnref_hook = find_parameter;
}

/* inputs.customer, where no column has that name. */
static Node *
find_parameter(ParseState *state, ColumnRef *reference, Node *column)
{
	const char *names[2];

	if (column != NULL || list_length(reference->fields) != 2)
		return NULL;
	for (int i = 0; i < 2; i++)
	{
		Node *field = list_nth(reference->fields, i);

		if (!IsA(field, String))
			return NULL;
		names[i] = strVal(field);
	}
	if (strcmp(names[0], NAMESPACE) != 0)
		return NULL;
	for (int i = 0; i < parsed_query->parameter_count; i++)
	{
		ParamRef *parameter;

		if (strcmp(parsed_query->parameters[i], names[1]) != 0)
			continue;
		parameter = makeNode(ParamRef);
		parameter->number = i + 1;
		parameter->location = reference->location;
		return state->p_paramref_hook(state, parameter);
	}
	return NULL;
}

static CommandTag
require_one_query(SPIPlanPtr plan)
{
	List *sources = SPI_plan_get_plan_sources(plan);
	CommandTag tag;

	if (list_length(sources) != 1)
		ereport(ERROR,
		        (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
		         errmsg("a query must be one statement, not %d",
		                list_length(sources))));
	tag = ((CachedPlanSource *) linitial(sources))->commandTag;
	switch (tag)
	{
		case CMDTAG_SELECT:
		case CMDTAG_INSERT:
		case CMDTAG_UPDATE:
		case CMDTAG_DELETE:
		case CMDTAG_MERGE:
			return tag;
		default:
			ereport(ERROR,
			        (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			         errmsg("%s is no query", GetCommandTagName(tag)),
			         errhint("Only SELECT, INSERT, UPDATE, DELETE and MERGE "
			                 "can be run.")));
	}
}

static ParamListInfo
bind(const Parameters *parameters, Jsonb *inputs)
{
	const SqlQuery *query = parameters->query;
	ParamListInfo list = makeParamList(query->parameter_count);

	for (int i = 0; i < query->parameter_count; i++)
	{
		const char *name = query->parameters[i];
		Oid type = parameters->types[i];
		JsonbValue value;

		if (getKeyJsonValueFromContainer(
				&inputs->root, name, (int) strlen(name), &value) == NULL)
			ereport(ERROR,
			        (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			         errmsg("the query needs the input \"%s\"", name)));
		if (!OidIsValid(type) || type == UNKNOWNOID)
			type = TEXTOID;
		list->params[i].ptype = type;
		list->params[i].pflags = PARAM_FLAG_CONST;
		list->params[i].isnull = value.type == jbvNull;
		list->params[i].value =
			value.type == jbvNull ? (Datum) 0 : read_value(&value, type);
	}
	return list;
}

static Datum
read_value(JsonbValue *value, Oid type)
{
	Oid input;
	Oid parameter;

	getTypeInputInfo(type, &input, &parameter);
	return OidInputFunctionCall(input, print_value(value, type), parameter, -1);
}

/* As the type reads it: JSON for json, else a string without its quotes. */
static char *
print_value(JsonbValue *value, Oid type)
{
	Jsonb *document;

	if (value->type == jbvString && type != JSONBOID && type != JSONOID)
		return pnstrdup(value->val.string.val, (Size) value->val.string.len);
	document = JsonbValueToJsonb(value);
	return JsonbToCString(NULL, &document->root, (int) VARSIZE(document));
}

static Jsonb *
collect_rows(int rows_max)
{
	uint64 row_count = SPI_processed;
	SPITupleTable *table = SPI_tuptable;
	uint64 kept = table == NULL ? 0 : Min(table->numvals, (uint64) rows_max);
	bool is_truncated = table != NULL && table->numvals > kept;
	StringInfoData json;

	initStringInfo(&json);
	appendStringInfo(&json,
	                 "{\"row_count\":" UINT64_FORMAT
	                 ",\"is_truncated\":%s,\"rows\":[",
	                 is_truncated ? kept : row_count,
	                 is_truncated ? "true" : "false");
	if (table != NULL)
		BlessTupleDesc(table->tupdesc);
	for (uint64 i = 0; i < kept; i++)
	{
		Datum row = heap_copy_tuple_as_datum(table->vals[i], table->tupdesc);
		Datum document = DirectFunctionCall1(row_to_json, row);
		char *printed = TextDatumGetCString(document);

		CHECK_FOR_INTERRUPTS();
		appendStringInfo(&json, "%s%s", i == 0 ? "" : ",", printed);
		pfree(printed);
		if (json.len > RESULT_BYTES_MAX)
			ereport(ERROR,
			        (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			         errmsg("the rows are larger than %d bytes as JSON",
			                RESULT_BYTES_MAX)));
	}
	appendStringInfoString(&json, "]}");
	return DatumGetJsonbP(
		DirectFunctionCall1(jsonb_in, CStringGetDatum(json.data)));
}
