/*
 * fn_worker.c
 *		The SQL face of workers: register, turn, retire.
 */
#include "postgres.h"

#include <malloc.h>

#include "executor/spi.h"
#include "fmgr.h"
#include "fn_argument.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "plan_cache.h"
#include "turn_commit.h"
#include "turn_document.h"
#include "turn_request.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "worker.h"

PG_FUNCTION_INFO_V1(mcp_register_worker);
PG_FUNCTION_INFO_V1(mcp_worker_turn);
PG_FUNCTION_INFO_V1(mcp_retire_worker);

#define WORKER_CHARACTERS_MAX 200

/* A turn with some hundred small results fits in. */
#define TURN_BYTES_KEPT ((Size) 1024 * 1024)

/* A session that takes turns may sit on so much memory that it does not use. */
#define FREED_BYTES_KEPT (16 * 1024 * 1024)

static void keep_freed_memory(void);
static MemoryContext clear_memory(void);
static char *worker_argument(FunctionCallInfo fcinfo);
static void read_turn(FunctionCallInfo fcinfo, Turn *turn);

Datum
mcp_register_worker(PG_FUNCTION_ARGS)
{
	char *worker = worker_argument(fcinfo);
	bool has_session = !PG_ARGISNULL(2) && PG_GETARG_INT32(2) == MyProcPid;
	int epoch;

	fn_argument_require(fcinfo, 1, "capacity");
	plan_cache_trim();
	SPI_connect();
	epoch = worker_register(worker, PG_GETARG_JSONB_P(1), has_session);
	SPI_finish();
	PG_RETURN_INT32(epoch);
}

Datum
mcp_worker_turn(PG_FUNCTION_ARGS)
{
	Turn turn = {.now = GetCurrentTimestamp()};
	MemoryContext caller = CurrentMemoryContext;
	MemoryContext memory = clear_memory();
	bool is_alone = turn_commit_is_alone();
	Jsonb *answer;
	int sleep_ms;

	SPI_connect();
	MemoryContextSwitchTo(memory);
	read_turn(fcinfo, &turn);
	plan_cache_trim();
	sleep_ms = worker_turn(&turn);
	answer = turn_document_print(&turn, sleep_ms);
	MemoryContextSwitchTo(caller);
	answer = DatumGetJsonbPCopy(JsonbPGetDatum(answer));
	SPI_finish();
	if (turn.results == NIL && turn.lost == NIL && turn.ended == NIL)
		turn_commit_relax(is_alone);
	MemoryContextReset(memory);
	PG_RETURN_JSONB_P(answer);
}

Datum
mcp_retire_worker(PG_FUNCTION_ARGS)
{
	char *worker = worker_argument(fcinfo);

	fn_argument_require(fcinfo, 1, "epoch");
	plan_cache_trim();
	SPI_connect();
	worker_retire(worker, PG_GETARG_INT32(1));
	SPI_finish();
	PG_RETURN_VOID();
}

/*
 * The documents of a turn are parsed and printed in memory of the executor, some
 * megabytes that glibc would give back to the kernel each time.
 */
static void
keep_freed_memory(void)
{
#ifdef __GLIBC__
	(void) mallopt(M_TRIM_THRESHOLD, FREED_BYTES_KEPT);
	(void) mallopt(M_MMAP_THRESHOLD, FREED_BYTES_KEPT);
#endif
}

/*
 * What a turn works in.  Turns follow each other closely, and memory that is
 * given back after each would have to be had from the kernel again, page by page.
 */
static MemoryContext
clear_memory(void)
{
	static MemoryContext memory = NULL;

	if (memory == NULL)
	{
		memory = AllocSetContextCreate(TopMemoryContext,
		                               "mcp turn",
		                               ALLOCSET_DEFAULT_MINSIZE,
		                               TURN_BYTES_KEPT,
		                               ALLOCSET_DEFAULT_MAXSIZE);
		keep_freed_memory();
	}
	MemoryContextReset(memory);
	return memory;
}

static char *
worker_argument(FunctionCallInfo fcinfo)
{
	char *worker;
	int characters;

	fn_argument_require(fcinfo, 0, "worker");
	worker = text_to_cstring(PG_GETARG_TEXT_PP(0));
	characters = pg_mbstrlen(worker);
	if (characters == 0 || characters > WORKER_CHARACTERS_MAX)
		ereport(ERROR,
		        (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		         errmsg("the name of a worker must have 1 to %d characters, "
		                "not %d",
		                WORKER_CHARACTERS_MAX,
		                characters)));
	return worker;
}

static void
read_turn(FunctionCallInfo fcinfo, Turn *turn)
{
	ProblemList *problems = problem_list_create();

	turn->worker = worker_argument(fcinfo);
	fn_argument_require(fcinfo, 1, "epoch");
	fn_argument_require(fcinfo, 2, "results");
	fn_argument_require(fcinfo, 3, "demand");
	turn->epoch = PG_GETARG_INT32(1);
	turn->results = turn_request_read_results(PG_GETARG_JSONB_P(2), problems);
	turn->demands = turn_request_read_demands(PG_GETARG_JSONB_P(3), problems);
	turn->is_recount = !PG_ARGISNULL(4);
	if (turn->is_recount)
		turn->held = turn_request_read_held(PG_GETARG_JSONB_P(4), problems);
	problem_raise_first(problems);
}
