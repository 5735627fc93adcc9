/*
 * fn_run.c
 *		The SQL face of runs: start and cancel.
 */
#include "postgres.h"

#include "access.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "fn_argument.h"
#include "json_reader.h"
#include "json_text.h"
#include "mcp_deprecation.h"
#include "mcp_error.h"
#include "mcp_lookup.h"
#include "plan_cache.h"
#include "run_audit.h"
#include "run_options.h"
#include "run_start.h"
#include "statement.h"
#include "turn.h"
#include "utils/builtins.h"
#include "worker.h"

PG_FUNCTION_INFO_V1(mcp_start_run);
PG_FUNCTION_INFO_V1(mcp_start_mcp);
PG_FUNCTION_INFO_V1(mcp_cancel_run);

static char *text_argument(FunctionCallInfo fcinfo, int position);
static void read_start(FunctionCallInfo fcinfo, RunStart *start);
static void raise_not_startable(const char *problem) pg_attribute_noreturn();
static void warn_if_nobody_works(const RunStart *start);
static Jsonb *read_run(const pg_uuid_t *run_id);
static void
raise_not_cancellable(const pg_uuid_t *run_id) pg_attribute_noreturn();

Datum
mcp_start_run(PG_FUNCTION_ARGS)
{
	pg_uuid_t *run_id = palloc_object(pg_uuid_t);
	RunStart start = {.now = GetCurrentTimestamp()};
	WorkflowRef workflow;
	char *name;
	char *problem;

	fn_argument_require(fcinfo, 0, "workflow");
	name = text_argument(fcinfo, 0);
	read_start(fcinfo, &start);
	plan_cache_trim();
	SPI_connect();
	if (!run_start_find_workflow(name, &workflow))
		ereport(ERROR,
		        (errcode(ERRCODE_MCP_NOT_FOUND),
		         errmsg("workflow %s does not exist",
		                json_text_quote(name, (int) strlen(name)))));
	problem = run_start_workflow(&workflow, &start, run_id);
	if (problem != NULL)
		raise_not_startable(problem);
	mcp_deprecation_warn_workflow(&workflow.workflow_id, workflow.version);
	warn_if_nobody_works(&start);
	SPI_finish();
	PG_RETURN_UUID_P(run_id);
}

Datum
mcp_start_mcp(PG_FUNCTION_ARGS)
{
	pg_uuid_t *run_id = palloc_object(pg_uuid_t);
	RunStart start = {.now = GetCurrentTimestamp()};
	McpRow mcp;
	char *problem;

	fn_argument_require(fcinfo, 0, "mcp");
	read_start(fcinfo, &start);
	plan_cache_trim();
	SPI_connect();
	mcp_lookup(text_argument(fcinfo, 0), MCP_READ, &mcp);
	problem = run_start_mcp(&mcp.id, &start, run_id);
	if (problem != NULL)
		raise_not_startable(problem);
	mcp_deprecation_warn_mcp(&mcp.id);
	warn_if_nobody_works(&start);
	SPI_finish();
	PG_RETURN_UUID_P(run_id);
}

Datum
mcp_cancel_run(PG_FUNCTION_ARGS)
{
	const pg_uuid_t *run_id;
	char *reason;
	Jsonb *before;
	Jsonb *answer;

	fn_argument_require(fcinfo, 0, "run");
	run_id = PG_GETARG_UUID_P(0);
	reason = PG_ARGISNULL(1) ? psprintf("cancelled by %s", access_actor_name())
	                         : text_argument(fcinfo, 1);
	plan_cache_trim();
	SPI_connect();
	before = run_audit_look(run_id);
	if (!turn_cancel(run_id, reason, GetCurrentTimestamp()))
		raise_not_cancellable(run_id);
	run_audit_write("cancel", run_id, before);
	answer = read_run(run_id);
	SPI_finish();
	PG_RETURN_JSONB_P(answer);
}

static char *
text_argument(FunctionCallInfo fcinfo, int position)
{
	return text_to_cstring(PG_GETARG_TEXT_PP(position));
}

/* The arguments that both ways to start share: inputs and options. */
static void
read_start(FunctionCallInfo fcinfo, RunStart *start)
{
	ProblemList *problems = problem_list_create();
	JsonObject options;
	Jsonb *inputs;

	fn_argument_require(fcinfo, 1, "inputs");
	fn_argument_require(fcinfo, 2, "options");
	inputs = PG_GETARG_JSONB_P(1);
	if (!JB_ROOT_IS_OBJECT(inputs))
	{
		JsonPath path = json_path_root();

		problem_add(problems,
		            PROBLEM_DEFINITION,
		            "wrong_type",
		            &path,
		            "An input is found by its key.",
		            "the inputs of a run must be an object");
	}
	start->inputs = JsonbPGetDatum(inputs);
	start->owner = access_actor_name();
	start->queue = RUN_QUEUE_DEFAULT;
	if (json_object_open(&options, PG_GETARG_JSONB_P(2), "options", problems))
		run_options_read(&options, start);
	problem_raise_first(problems);
}

static void
raise_not_startable(const char *problem)
{
	ereport(ERROR,
	        (errcode(ERRCODE_MCP_REFERENCE), errmsg_internal("%s", problem)));
}

static void
warn_if_nobody_works(const RunStart *start)
{
	if (!start->has_ended && !worker_is_any_alive())
		ereport(WARNING,
		        (errmsg("no worker is alive"),
		         errhint("The run waits until one comes: start mcpd, or "
		                 "call mcp.register_worker and mcp.worker_turn.")));
}

static Jsonb *
read_run(const pg_uuid_t *run_id)
{
	static Statement read = {"SELECT mcp.get_run($1)", 1, {UUIDOID}, NULL};
	Datum values[1] = {UUIDPGetDatum(run_id)};

	statement_run(&read, values, NULL);
	return statement_take_jsonb();
}

static void
raise_not_cancellable(const pg_uuid_t *run_id)
{
	static Statement find = {"SELECT r.status"
	                         " FROM mcp.finished_runs AS r"
	                         " WHERE r.run_id = $1",
	                         1,
	                         {UUIDOID},
	                         NULL};
	Datum values[1] = {UUIDPGetDatum(run_id)};
	char *id = DatumGetCString(DirectFunctionCall1(uuid_out, values[0]));
	bool is_null;

	if (statement_run(&find, values, NULL) == 0)
		ereport(ERROR,
		        (errcode(ERRCODE_MCP_NOT_FOUND),
		         errmsg("run %s does not exist", id)));
	ereport(
		ERROR,
		(errcode(ERRCODE_MCP_TRANSITION),
	     errmsg("run %s has ended and cannot be cancelled", id),
	     errdetail(
			 "It is %s.",
			 TextDatumGetCString(SPI_getbinval(
				 SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &is_null)))));
}
