/*
 * fn_workflow.c
 *		The SQL face of workflows: define, check, read, change, delete.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"

#include "fn_argument.h"
#include "fn_problem.h"
#include "workflow_registry.h"

PG_FUNCTION_INFO_V1(mcp_create_workflow);
PG_FUNCTION_INFO_V1(mcp_validate_workflow);
PG_FUNCTION_INFO_V1(mcp_get_workflow);
PG_FUNCTION_INFO_V1(mcp_find_workflow);
PG_FUNCTION_INFO_V1(mcp_update_workflow);
PG_FUNCTION_INFO_V1(mcp_delete_workflow);

static char *expected_version(FunctionCallInfo fcinfo, int position);
static char *text_argument(FunctionCallInfo fcinfo, int position);

Datum
mcp_create_workflow(PG_FUNCTION_ARGS)
{
	fn_argument_require(fcinfo, 0, "definition");
	PG_RETURN_JSONB_P(workflow_registry_create(PG_GETARG_JSONB_P(0)));
}

/* With a workflow: what is wrong with the definition as a change of that one. */
Datum
mcp_validate_workflow(PG_FUNCTION_ARGS)
{
	ProblemList *problems = problem_list_create();

	fn_argument_require(fcinfo, 0, "definition");
	if (PG_ARGISNULL(1))
		workflow_registry_check(PG_GETARG_JSONB_P(0), problems);
	else
		workflow_registry_check_changes(
			text_argument(fcinfo, 1), PG_GETARG_JSONB_P(0), problems);
	return fn_problem_rows(fcinfo, problems);
}

Datum
mcp_get_workflow(PG_FUNCTION_ARGS)
{
	PG_RETURN_JSONB_P(workflow_registry_get(text_argument(fcinfo, 0)));
}

Datum
mcp_find_workflow(PG_FUNCTION_ARGS)
{
	pg_uuid_t *id = palloc(sizeof(pg_uuid_t));

	*id = workflow_registry_find(text_argument(fcinfo, 0));
	PG_RETURN_UUID_P(id);
}

Datum
mcp_update_workflow(PG_FUNCTION_ARGS)
{
	fn_argument_require(fcinfo, 0, "workflow");
	fn_argument_require(fcinfo, 1, "definition");
	PG_RETURN_JSONB_P(workflow_registry_update(text_argument(fcinfo, 0),
	                                           PG_GETARG_JSONB_P(1),
	                                           expected_version(fcinfo, 2)));
}

Datum
mcp_delete_workflow(PG_FUNCTION_ARGS)
{
	fn_argument_require(fcinfo, 0, "workflow");
	workflow_registry_delete(text_argument(fcinfo, 0),
	                         expected_version(fcinfo, 1));
	PG_RETURN_VOID();
}

static char *
text_argument(FunctionCallInfo fcinfo, int position)
{
	return text_to_cstring(PG_GETARG_TEXT_PP(position));
}

/* NULL: whatever it is. */
static char *
expected_version(FunctionCallInfo fcinfo, int position)
{
	if (!fn_argument_is_given(fcinfo, position))
		return NULL;
	return psprintf("%d", PG_GETARG_INT32(position));
}
