/*
 * api_stats.c
 *		/stats/...: how runs, steps and queues do, and what is stuck.
 */
#include "api.h"
#include "api_ask.h"
#include "api_query.h"

static void list_runs(ApiRequest *request);
static void list_steps(ApiRequest *request);
static void list_queues(ApiRequest *request);
static void list_stuck(ApiRequest *request);

const ApiRoute api_stats_routes[] = {
	{HTTP_GET, "stats/runs", API_KNOWN, list_runs},
	{HTTP_GET, "stats/steps", API_KNOWN, list_steps},
	{HTTP_GET, "stats/queues", API_KNOWN, list_queues},
	{HTTP_GET, "stats/stuck-runs", API_KNOWN, list_stuck},
	{HTTP_OTHER, NULL, API_KNOWN, NULL},
};

static void
list_runs(ApiRequest *request)
{
	api_ask(request, DB_LIST_RUN_STATS, NULL, 200);
}

static void
list_steps(ApiRequest *request)
{
	api_ask(request,
	        DB_LIST_STEP_STATS,
	        (const char *[]){api_query_text(request, "workflow_id")},
	        200);
}

static void
list_queues(ApiRequest *request)
{
	api_ask(request, DB_LIST_QUEUE_STATS, NULL, 200);
}

static void
list_stuck(ApiRequest *request)
{
	const char *skip;
	const char *limit;

	if (api_query_page(request, &skip, &limit))
		api_ask(
			request, DB_LIST_STUCK_RUNS, (const char *[]){skip, limit}, 200);
}
