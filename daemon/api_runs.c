/*
 * api_runs.c
 *		/workflows/runs: what became of runs, and stopping one.
 */
#include "api.h"
#include "api_ask.h"
#include "api_cached.h"
#include "api_id.h"
#include "api_prefer.h"
#include "api_query.h"
#include "api_wait.h"
#include "problem.h"

static void list(ApiRequest *request);
static void get(ApiRequest *request);
static void answer_now(void *context);
static void get_gantt(ApiRequest *request);
static void cancel(ApiRequest *request);
static bool has_sane_id(ApiRequest *request);

const ApiRoute api_run_routes[] = {
	{HTTP_GET, "workflows/runs", API_KNOWN, list},
	{HTTP_GET, "workflows/runs/*", API_KNOWN, get},
	{HTTP_GET, "workflows/runs/*/gantt", API_KNOWN, get_gantt},
	{HTTP_POST, "workflows/runs/*/cancel", API_KNOWN, cancel},
	{HTTP_OTHER, NULL, API_KNOWN, NULL},
};

static void
list(ApiRequest *request)
{
	const char *skip;
	const char *limit;

	if (!api_query_page(request, &skip, &limit))
		return;
	api_ask(request,
	        DB_LIST_RUNS,
	        (const char *[]){api_query_text(request, "workflow_id"),
	                         api_query_text(request, "status"),
	                         skip,
	                         limit,
	                         api_query_text(request, "after")},
	        200);
}

static void
get(ApiRequest *request)
{
	/* Of a run that ended; others have no part. */
	static const ApiCached what = {DB_GET_RUN, CACHE_RUNS, API_CACHED_PART};
	ApiPatience patience = {api_prefer(request).wait, answer_now, request};

	if (!has_sane_id(request))
		return;
	if (patience.seconds > 0)
		api_wait_for_run(
			request, request->parameters[0], DB_GET_RUN, &patience);
	else
		api_ask_cached(request, &what, request->parameters);
}

/* Who waited for the end in vain sees how it is by now. */
static void
answer_now(void *context)
{
	ApiRequest *request = context;
	const ApiPreference preference = api_prefer(request);

	api_prefer_applied(request, &preference);
	api_ask(request, DB_GET_RUN, request->parameters, 200);
}

static void
get_gantt(ApiRequest *request)
{
	if (has_sane_id(request))
		api_ask(request, DB_GET_GANTT, request->parameters, 200);
}

static void
cancel(ApiRequest *request)
{
	size_t length;
	const char *body = http_body(request->http, &length);

	if (has_sane_id(request))
		api_ask(
			request,
			DB_CANCEL_RUN,
			(const char *[]){request->parameters[0], length > 0 ? body : NULL},
			200);
}

/* COMPAT: 400 for a malformed id. */
static bool
has_sane_id(ApiRequest *request)
{
	if (api_id_is_uuid(request->parameters[0]))
		return true;
	problem_answer_code(
		request->http, 400, "the path names no run: its id is a UUID");
	return false;
}
