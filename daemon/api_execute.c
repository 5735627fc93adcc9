/*
 * api_execute.c
 *		Starting a run for a request, and answering with how it ended.
 */
#include "api_execute.h"

#include "api_ask.h"
#include "api_wait.h"
#include "problem.h"

#include <string.h>

/* A start under way; lies in the request's arena. */
typedef struct Start
{
	ApiRequest *request;
	DbStatement reader; /* run -> JSON, whether it is over */
} Start;

static void start(ApiRequest *request, DbStatement starter,
                  const char *definition, DbStatement reader);
static void started(void *context, DbResult *result, const Error *error);
static bool prefers_async(ApiRequest *request);
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
	const char *run_id;

	if (error)
	{
		problem_answer(request->http, error);
		return;
	}
	run_id = db_result_text(result, 0, 0);
	if (!prefers_async(request))
	{
		api_wait_for_run(request, run_id, start->reader);
		return;
	}
	http_add_header(request->http,
	                "Location",
	                arena_print(request->arena, "/workflows/runs/%s", run_id));
	http_add_header(request->http, "Preference-Applied", "respond-async");
	api_send(
		request, DB_GET_RUN, (const char *[]){run_id}, read_at_once, start);
}

/* RFC 7240: preferences are separated by commas, their names in any case. */
static bool
prefers_async(ApiRequest *request)
{
	const char *prefer = http_header(request->http, "Prefer");

	return prefer && strcasestr(prefer, "respond-async") != NULL;
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
