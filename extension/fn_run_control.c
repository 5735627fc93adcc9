/*
 * fn_run_control.c
 *		The SQL face of steering runs: pause, resume, cancel, retry, tell.
 */
#include "postgres.h"

#include "access.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "fn_argument.h"
#include "json_document.h"
#include "plan_cache.h"
#include "run_control.h"
#include "run_retry.h"
#include "run_signal.h"
#include "statement.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(mcp_pause_run);
PG_FUNCTION_INFO_V1(mcp_resume_run);
PG_FUNCTION_INFO_V1(mcp_cancel_run);
PG_FUNCTION_INFO_V1(mcp_try_cancel_run);
PG_FUNCTION_INFO_V1(mcp_retry_run);
PG_FUNCTION_INFO_V1(mcp_send_signal);
PG_FUNCTION_INFO_V1(mcp_decide_approval);

#define SIGNAL_NAME_BYTES_MAX 200

static const pg_uuid_t *open_run(FunctionCallInfo fcinfo);
static char *find_reason(FunctionCallInfo fcinfo);
static char *find_text(FunctionCallInfo fcinfo, int position);
static Jsonb *find_document(FunctionCallInfo fcinfo, int position);
static Jsonb *read_run(const pg_uuid_t *run_id);
static Jsonb *transfer(Jsonb *document);

Datum
mcp_pause_run(PG_FUNCTION_ARGS)
{
	const pg_uuid_t *run_id = open_run(fcinfo);
	Jsonb *answer;

	run_control_pause(run_id, find_text(fcinfo, 1));
	answer = read_run(run_id);
	SPI_finish();
	PG_RETURN_JSONB_P(answer);
}

Datum
mcp_resume_run(PG_FUNCTION_ARGS)
{
	const pg_uuid_t *run_id = open_run(fcinfo);
	Jsonb *answer;

	run_control_resume(run_id);
	answer = read_run(run_id);
	SPI_finish();
	PG_RETURN_JSONB_P(answer);
}

Datum
mcp_cancel_run(PG_FUNCTION_ARGS)
{
	const pg_uuid_t *run_id = open_run(fcinfo);
	Jsonb *answer;

	run_control_cancel(run_id, find_reason(fcinfo));
	answer = read_run(run_id);
	SPI_finish();
	PG_RETURN_JSONB_P(answer);
}

Datum
mcp_try_cancel_run(PG_FUNCTION_ARGS)
{
	const pg_uuid_t *run_id = open_run(fcinfo);
	bool is_done = run_control_try_cancel(run_id, find_reason(fcinfo));

	SPI_finish();
	PG_RETURN_BOOL(is_done);
}

Datum
mcp_retry_run(PG_FUNCTION_ARGS)
{
	RunRetry retry = {.run_id = open_run(fcinfo),
	                  .from_step = find_text(fcinfo, 1),
	                  .inputs = find_document(fcinfo, 2),
	                  .options = find_document(fcinfo, 3)};
	pg_uuid_t new_id;
	pg_uuid_t *answer;

	if (retry.options == NULL)
		retry.options = json_document_empty();
	new_id = run_retry(&retry);
	SPI_finish();
	answer = palloc_object(pg_uuid_t);
	*answer = new_id;
	PG_RETURN_UUID_P(answer);
}

Datum
mcp_send_signal(PG_FUNCTION_ARGS)
{
	const pg_uuid_t *run_id;
	pg_uuid_t *answer = palloc_object(pg_uuid_t);
	char *name;

	fn_argument_require(fcinfo, 1, "name");
	run_id = open_run(fcinfo);
	name = find_text(fcinfo, 1);
	if (*name == '\0' || strlen(name) > SIGNAL_NAME_BYTES_MAX)
		ereport(ERROR,
		        (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		         errmsg("the name of a signal must be of 1 to %d bytes",
		                SIGNAL_NAME_BYTES_MAX)));
	*answer = run_signal_send(run_id, name, find_document(fcinfo, 2));
	SPI_finish();
	PG_RETURN_UUID_P(answer);
}

Datum
mcp_decide_approval(PG_FUNCTION_ARGS)
{
	const pg_uuid_t *run_id;
	Jsonb *answer;

	fn_argument_require(fcinfo, 1, "step_id");
	fn_argument_require(fcinfo, 2, "approve");
	run_id = open_run(fcinfo);
	answer = transfer(run_signal_decide(
		run_id, find_text(fcinfo, 1), PG_GETARG_BOOL(2), find_text(fcinfo, 3)));
	SPI_finish();
	PG_RETURN_JSONB_P(answer);
}

/* The first argument; and what all of these begin with. */
static const pg_uuid_t *
open_run(FunctionCallInfo fcinfo)
{
	fn_argument_require(fcinfo, 0, "run");
	plan_cache_trim();
	SPI_connect();
	return PG_GETARG_UUID_P(0);
}

static char *
find_reason(FunctionCallInfo fcinfo)
{
	char *reason = find_text(fcinfo, 1);

	return reason != NULL ? reason
	                      : psprintf("cancelled by %s", access_actor_name());
}

static char *
find_text(FunctionCallInfo fcinfo, int position)
{
	return PG_ARGISNULL(position)
	           ? NULL
	           : text_to_cstring(PG_GETARG_TEXT_PP(position));
}

static Jsonb *
find_document(FunctionCallInfo fcinfo, int position)
{
	return PG_ARGISNULL(position) ? NULL : PG_GETARG_JSONB_P(position);
}

static Jsonb *
read_run(const pg_uuid_t *run_id)
{
	static Statement read = {"SELECT mcp.get_run($1)", 1, {UUIDOID}, NULL};
	Datum values[1] = {UUIDPGetDatum(run_id)};

	statement_run(&read, values, NULL);
	return statement_take_jsonb();
}

/* Out of SPI's memory. */
static Jsonb *
transfer(Jsonb *document)
{
	return DatumGetJsonbP(
		SPI_datumTransfer(JsonbPGetDatum(document), false, -1));
}
