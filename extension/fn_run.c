/*
 * fn_run.c
 *		The SQL face of runs: start one, start many.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "column.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "fn_argument.h"
#include "plan_cache.h"
#include "run_request.h"
#include "storage/proc.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "worker.h"

PG_FUNCTION_INFO_V1(mcp_start_run);
PG_FUNCTION_INFO_V1(mcp_start_mcp);
PG_FUNCTION_INFO_V1(mcp_start_runs);

/* One call is one transaction, and keeps all of it in memory. */
#define STARTS_MAX 10000

typedef pg_uuid_t (*Starter)(RunRequest *request, const char *name);

static Datum
start_one(FunctionCallInfo fcinfo, const char *noun, Starter start);
static Datum make_array(const pg_uuid_t *run_ids, int count);
static void warn_if_nobody_works(void);

Datum
mcp_start_run(PG_FUNCTION_ARGS)
{
	return start_one(fcinfo, "workflow", run_request_start_workflow);
}

Datum
mcp_start_mcp(PG_FUNCTION_ARGS)
{
	return start_one(fcinfo, "mcp", run_request_start_mcp);
}

Datum
mcp_start_runs(PG_FUNCTION_ARGS)
{
	Datum *documents;
	bool *nulls;
	int count;
	pg_uuid_t *run_ids;
	Datum array;
	bool has_new;

	fn_argument_require(fcinfo, 0, "runs");
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(0),
	                  JSONBOID,
	                  -1,
	                  false,
	                  TYPALIGN_INT,
	                  &documents,
	                  &nulls,
	                  &count);
	if (count > STARTS_MAX)
		ereport(ERROR,
		        (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
		         errmsg("cannot start %d runs in one call", count),
		         errdetail("At most %d are allowed.", STARTS_MAX)));
	for (int i = 0; i < count; i++)
		if (nulls[i])
			ereport(ERROR,
			        (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
			         errmsg("start %d must not be null", i + 1)));
	plan_cache_trim();
	SPI_connect();
	run_ids = run_request_start_many(documents, count, &has_new);
	if (has_new)
		warn_if_nobody_works();
	array = SPI_datumTransfer(make_array(run_ids, count), false, -1);
	SPI_finish();
	PG_RETURN_DATUM(array);
}

static Datum
start_one(FunctionCallInfo fcinfo, const char *noun, Starter start)
{
	ProblemList *problems = problem_list_create();
	pg_uuid_t *run_id = palloc_object(pg_uuid_t);
	RunRequest request;

	fn_argument_require(fcinfo, 0, noun);
	fn_argument_require(fcinfo, 1, "inputs");
	fn_argument_require(fcinfo, 2, "options");
	run_request_read(
		&request, PG_GETARG_JSONB_P(1), PG_GETARG_JSONB_P(2), problems);
	problem_raise_first(problems);
	plan_cache_trim();
	SPI_connect();
	*run_id = start(&request, text_to_cstring(PG_GETARG_TEXT_PP(0)));
	if (!request.is_known && !request.start.has_ended)
		warn_if_nobody_works();
	SPI_finish();
	PG_RETURN_UUID_P(run_id);
}

static Datum
make_array(const pg_uuid_t *run_ids, int count)
{
	Column column;

	if (count == 0)
		return PointerGetDatum(construct_empty_array(UUIDOID));
	column_init(&column, UUIDOID, count);
	for (int i = 0; i < count; i++)
		column_add_pointer(&column, &run_ids[i]);
	return column_array(&column);
}

/* Once a transaction: a thousand starts are one reason to look. */
static void
warn_if_nobody_works(void)
{
	static LocalTransactionId looked_in = InvalidLocalTransactionId;

	if (looked_in == MyProc->lxid)
		return;
	looked_in = MyProc->lxid;
	if (!worker_is_any_alive())
		ereport(WARNING,
		        (errmsg("no worker is alive"),
		         errhint("The run waits until one comes: start mcpd, or "
		                 "call mcp.register_worker and mcp.worker_turn.")));
}
