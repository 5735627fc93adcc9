/*
 * api_execute.c
 *		Starting a run for a request, and answering with how it ended.
 */
#include "api_execute.h"

#include "api_ask.h"
#include "api_prefer.h"
#include "api_wait.h"
#include "problem.h"

/* A start under way; lies in the request's arena. */
typedef struct Start
{
	ApiRequest *request;
	DbStatement reader; /* run -> JSON, whether it is over */
	ApiPreference preference;
	const char *run_id;
} Start;

static void start(ApiRequest *request, DbStatement starter,
                  const char *definition, DbStatement reader);
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
	const char *values[] = {definition,
	                        length > 0 ? body : NULL,
	                        http_header(request->http, "Idempotency-Key"),
	                        http_header(request->http, "traceparent")};

	start->request = request;
	start->reader = reader;
	api_send(request, starter, values, started, start);
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
	start->preference = api_prefer(request);
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
