/*
 * fn_mcp.c
 *		The SQL face of MCPs and their versions.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"

#include "fn_argument.h"
#include "fn_problem.h"
#include "json_text.h"
#include "mcp_definition.h"
#include "mcp_store.h"
#include "mcp_version_store.h"
#include "semver.h"

PG_FUNCTION_INFO_V1(mcp_create_mcp);
PG_FUNCTION_INFO_V1(mcp_validate_mcp);
PG_FUNCTION_INFO_V1(mcp_validate_mcp_changes);
PG_FUNCTION_INFO_V1(mcp_validate_mcp_version);
PG_FUNCTION_INFO_V1(mcp_get_mcp);
PG_FUNCTION_INFO_V1(mcp_find_mcp);
PG_FUNCTION_INFO_V1(mcp_update_mcp);
PG_FUNCTION_INFO_V1(mcp_delete_mcp);
PG_FUNCTION_INFO_V1(mcp_add_mcp_version);
PG_FUNCTION_INFO_V1(mcp_get_mcp_version);
PG_FUNCTION_INFO_V1(mcp_get_mcp_version_by_id);
PG_FUNCTION_INFO_V1(mcp_version_key);

static void
read_revision(FunctionCallInfo fcinfo, int position, McpExpected *expected);
static char *text_argument(FunctionCallInfo fcinfo, int position);
static char *optional_text(FunctionCallInfo fcinfo, int position);

Datum
mcp_create_mcp(PG_FUNCTION_ARGS)
{
	ProblemList *problems = problem_list_create();
	McpDefinition definition;

	fn_argument_require(fcinfo, 0, "definition");
	mcp_definition_parse(PG_GETARG_JSONB_P(0), &definition, problems);
	problem_raise_first(problems);
	PG_RETURN_JSONB_P(mcp_store_create(&definition));
}

Datum
mcp_validate_mcp(PG_FUNCTION_ARGS)
{
	ProblemList *problems = problem_list_create();
	McpDefinition ignored;

	fn_argument_require(fcinfo, 0, "definition");
	mcp_definition_parse(PG_GETARG_JSONB_P(0), &ignored, problems);
	return fn_problem_rows(fcinfo, problems);
}

Datum
mcp_validate_mcp_changes(PG_FUNCTION_ARGS)
{
	ProblemList *problems = problem_list_create();
	McpChanges ignored;

	fn_argument_require(fcinfo, 0, "changes");
	mcp_changes_parse(PG_GETARG_JSONB_P(0), &ignored, problems);
	return fn_problem_rows(fcinfo, problems);
}

Datum
mcp_validate_mcp_version(PG_FUNCTION_ARGS)
{
	ProblemList *problems = problem_list_create();
	McpType type;
	McpVersion ignored;

	fn_argument_require(fcinfo, 0, "mcp");
	fn_argument_require(fcinfo, 1, "version");
	mcp_store_get_type(text_argument(fcinfo, 0), MCP_READ, &type);
	mcp_version_parse(PG_GETARG_JSONB_P(1), &type, &ignored, problems);
	return fn_problem_rows(fcinfo, problems);
}

Datum
mcp_get_mcp(PG_FUNCTION_ARGS)
{
	PG_RETURN_JSONB_P(mcp_store_get(text_argument(fcinfo, 0)));
}

Datum
mcp_find_mcp(PG_FUNCTION_ARGS)
{
	pg_uuid_t *id = palloc(sizeof(pg_uuid_t));

	*id = mcp_store_find(text_argument(fcinfo, 0));
	PG_RETURN_UUID_P(id);
}

Datum
mcp_update_mcp(PG_FUNCTION_ARGS)
{
	ProblemList *problems = problem_list_create();
	McpChanges changes;
	McpExpected expected;

	fn_argument_require(fcinfo, 0, "mcp");
	fn_argument_require(fcinfo, 1, "changes");
	mcp_changes_parse(PG_GETARG_JSONB_P(1), &changes, problems);
	problem_raise_first(problems);
	expected.version_str = optional_text(fcinfo, 2);
	read_revision(fcinfo, 3, &expected);
	PG_RETURN_JSONB_P(
		mcp_store_update(text_argument(fcinfo, 0), &changes, &expected));
}

Datum
mcp_delete_mcp(PG_FUNCTION_ARGS)
{
	McpExpected expected = {.version_str = NULL};

	fn_argument_require(fcinfo, 0, "mcp");
	fn_argument_require(fcinfo, 1, "force");
	read_revision(fcinfo, 2, &expected);
	mcp_store_delete(text_argument(fcinfo, 0),
	                 PG_GETARG_BOOL(1) ? MCP_DELETE_FORCED : MCP_DELETE_UNUSED,
	                 &expected);
	PG_RETURN_VOID();
}

Datum
mcp_add_mcp_version(PG_FUNCTION_ARGS)
{
	ProblemList *problems = problem_list_create();
	McpType type;
	McpVersion version;
	char *mcp;

	fn_argument_require(fcinfo, 0, "mcp");
	fn_argument_require(fcinfo, 1, "version");
	mcp = text_argument(fcinfo, 0);
	mcp_store_get_type(mcp, MCP_CHANGE, &type);
	mcp_version_parse(PG_GETARG_JSONB_P(1), &type, &version, problems);
	problem_raise_first(problems);
	PG_RETURN_JSONB_P(
		mcp_version_store_add(mcp, &version, optional_text(fcinfo, 2)));
}

Datum
mcp_get_mcp_version(PG_FUNCTION_ARGS)
{
	PG_RETURN_JSONB_P(mcp_version_store_get(text_argument(fcinfo, 0),
	                                        text_argument(fcinfo, 1)));
}

Datum
mcp_get_mcp_version_by_id(PG_FUNCTION_ARGS)
{
	PG_RETURN_JSONB_P(mcp_version_store_get_by_id(PG_GETARG_UUID_P(0)));
}

Datum
mcp_version_key(PG_FUNCTION_ARGS)
{
	char *version_str = text_argument(fcinfo, 0);
	unsigned char key[SEMVER_KEY_MAX];
	int length = semver_key(version_str, key);

	if (length == 0)
		ereport(
			ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		     errmsg("invalid semantic version: %s",
		            json_text_quote(version_str, (int) strlen(version_str)))));
	PG_RETURN_BYTEA_P(cstring_to_text_with_len((const char *) key, length));
}

static char *
text_argument(FunctionCallInfo fcinfo, int position)
{
	return text_to_cstring(PG_GETARG_TEXT_PP(position));
}

static char *
optional_text(FunctionCallInfo fcinfo, int position)
{
	return fn_argument_is_given(fcinfo, position)
	           ? text_argument(fcinfo, position)
	           : NULL;
}

static void
read_revision(FunctionCallInfo fcinfo, int position, McpExpected *expected)
{
	expected->has_revision = fn_argument_is_given(fcinfo, position);
	if (expected->has_revision)
		expected->revision = PG_GETARG_INT32(position);
}
