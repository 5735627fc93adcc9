/*
 * api_run_control.c
 *		/workflows/runs: steering runs, one by one or many at once.
 */
#include "api.h"
#include "api_ask.h"
#include "api_id.h"
#include "api_query.h"
#include "problem.h"

static void pause_one(ApiRequest *request);
static void resume(ApiRequest *request);
static void retry(ApiRequest *request);
static void send_signal(ApiRequest *request);
static void list_approvals(ApiRequest *request);
static void decide(ApiRequest *request);
static void explain(ApiRequest *request);
static void start_many(ApiRequest *request);
static void cancel_many(ApiRequest *request);
static void retry_many(ApiRequest *request);
static bool has_sane_id(ApiRequest *request);
static const char *body_text(const ApiRequest *request);

const ApiRoute api_run_control_routes[] = {
	{HTTP_POST, "workflows/runs/start", API_KNOWN, start_many},
	{HTTP_POST, "workflows/runs/cancel", API_KNOWN, cancel_many},
	{HTTP_POST, "workflows/runs/retry", API_KNOWN, retry_many},
	{HTTP_GET, "workflows/runs/approvals", API_KNOWN, list_approvals},
	{HTTP_GET, "approvals", API_KNOWN, list_approvals},
	{HTTP_POST, "workflows/runs/*/pause", API_KNOWN, pause_one},
	{HTTP_POST, "workflows/runs/*/resume", API_KNOWN, resume},
	{HTTP_POST, "workflows/runs/*/retry", API_KNOWN, retry},
	{HTTP_POST, "workflows/runs/*/signals/*", API_KNOWN, send_signal},
	{HTTP_POST, "workflows/runs/*/approvals/*", API_KNOWN, decide},
	{HTTP_GET, "workflows/runs/*/why", API_KNOWN, explain},
	{HTTP_OTHER, NULL, API_KNOWN, NULL},
};

static void
pause_one(ApiRequest *request)
{
	if (has_sane_id(request))
		api_ask(request,
		        DB_PAUSE_RUN,
		        (const char *[]){request->parameters[0], body_text(request)},
		        200);
}

static void
resume(ApiRequest *request)
{
	if (has_sane_id(request))
		api_ask(request, DB_RESUME_RUN, request->parameters, 200);
}

/* 202: the new run goes on by itself. */
static void
retry(ApiRequest *request)
{
	if (has_sane_id(request))
		api_ask(request,
		        DB_RETRY_RUN,
		        (const char *[]){request->parameters[0], body_text(request)},
		        202);
}

static void
send_signal(ApiRequest *request)
{
	if (has_sane_id(request))
		api_ask(request,
		        DB_SEND_SIGNAL,
		        (const char *[]){request->parameters[0],
		                         request->parameters[1],
		                         body_text(request)},
		        202);
}

static void
list_approvals(ApiRequest *request)
{
	const char *skip;
	const char *limit;

	if (api_query_page(request, &skip, &limit))
		api_ask(request, DB_LIST_APPROVALS, (const char *[]){skip, limit}, 200);
}

static void
decide(ApiRequest *request)
{
	if (has_sane_id(request))
		api_ask(request,
		        DB_DECIDE_APPROVAL,
		        (const char *[]){request->parameters[0],
		                         request->parameters[1],
		                         body_text(request)},
		        200);
}

static void
explain(ApiRequest *request)
{
	if (has_sane_id(request))
		api_ask(request, DB_WHY_WAITING, request->parameters, 200);
}

static void
start_many(ApiRequest *request)
{
	api_ask(request, DB_START_RUNS, (const char *[]){body_text(request)}, 202);
}

static void
cancel_many(ApiRequest *request)
{
	api_ask(request, DB_CANCEL_RUNS, (const char *[]){body_text(request)}, 200);
}

static void
retry_many(ApiRequest *request)
{
	api_ask(request, DB_RETRY_RUNS, (const char *[]){body_text(request)}, 202);
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

static const char *
body_text(const ApiRequest *request)
{
	size_t length;
	const char *body = http_body(request->http, &length);

	return length > 0 ? body : NULL;
}
