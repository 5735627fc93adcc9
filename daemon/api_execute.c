/*
 * api_execute.c
 *		Starting a run for a request, and answering with how it ended.
 */
#include "api_execute.h"

#include "api_ask.h"
#include "api_prefer.h"
#include "api_wait.h"
#include "problem.h"

#include <string.h>

/* A start under way; lies in the request's arena. */
typedef struct Start
{
	ApiRequest *request;
	DbStatement starter;
	const char *values[4]; /* for the starter */
	DbStatement reader;    /* run -> JSON, whether it is over */
	ApiPreference preference;
	const char *run_id;
} Start;

static void start(ApiRequest *request, DbStatement starter,
                  const char *definition, DbStatement reader);
static bool start_here(Start *start);
static void started_here(void *context, DbResult *result, const Error *error);
static void started(void *context, DbResult *result, const Error *error);
static void answer_unfinished(void *context);
static void read_at_once(void *context, DbResult *result, const Error *error);

void
api_execute_workflow(ApiRequest *request, const char *workflow)
{
	start(request, DB_START_RUN, workflow, DB_GET_RUN);
}

void
api_execute_mcp(ApiRequest *request, const char *mcp)
{
	start(request, DB_START_MCP, mcp, DB_GET_MCP_RUN);
}

static void
start(ApiRequest *request, DbStatement starter, const char *definition,
      DbStatement reader)
{
	Start *start = arena_alloc(request->arena, sizeof(*start));
	size_t length;
	const char *body = http_body(request->http, &length);

	start->request = request;
	start->starter = starter;
	start->values[0] = definition;
	start->values[1] = length > 0 ? body : NULL;
	start->values[2] = http_header(request->http, "Idempotency-Key");
	start->values[3] = http_header(request->http, "traceparent");
	start->reader = reader;
	start->preference = api_prefer(request);
	if (!start_here(start))
		api_send(request, starter, start->values, started, start);
}

/*
 * Whoever waits for the end is best served by the worker here, which takes on the
 * run as it starts.  One who has a key may wait for another who has the same.
 */
static bool
start_here(Start *start)
{
	ApiRequest *request = start->request;
	const ApiWorld *world = request->world;
	DbCaller caller = {.enter = DB_NOTHING};

	if (world->worker == NULL || start->values[2] || start->preference.is_async)
		return false;
	if (request->identity.kind != AUTH_DAEMON)
		caller = request->caller;
	return world->start_run(world->worker,
	                        &caller,
	                        start->starter,
	                        start->values,
	                        started_here,
	                        start);
}

static void
started_here(void *context, DbResult *result, const Error *error)
{
	Start *start = context;

	if (error && strcmp(error->sqlstate, DB_TRY_ALONE) == 0)
		api_send(start->request, start->starter, start->values, started, start);
	else
		started(context, result, error);
}

static void
started(void *context, DbResult *result, const Error *error)
{
	Start *start = context;
	ApiRequest *request = start->request;
	ApiPatience patience = {-1, answer_unfinished, start};

	if (error)
	{
		problem_answer(request->http, error);
		return;
	}
	start->run_id =
		arena_copy_text(request->arena, db_result_text(result, 0, 0));
	patience.seconds = start->preference.wait;
	if (start->preference.is_async && patience.seconds <= 0)
		answer_unfinished(start);
	else
		api_wait_for_run(request, start->run_id, start->reader, &patience);
}

/* 202: it goes on, and this is where. */
static void
answer_unfinished(void *context)
{
	Start *start = context;
	ApiRequest *request = start->request;

	http_add_header(
		request->http,
		"Location",
		arena_print(request->arena, "/workflows/runs/%s", start->run_id));
	api_prefer_applied(request, &start->preference);
	api_send(request,
	         DB_GET_RUN,
	         (const char *[]){start->run_id},
	         read_at_once,
	         start);
}

static void
read_at_once(void *context, DbResult *result, const Error *error)
{
	Start *start = context;

	if (error)
		problem_answer(start->request->http, error);
	else
		api_answer_result(start->request, result, 202);
}
