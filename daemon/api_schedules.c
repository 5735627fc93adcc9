/*
 * api_schedules.c
 *		/schedules: what starts by the clock, and when it will.
 */
#include "api.h"
#include "api_ask.h"
#include "api_id.h"
#include "api_query.h"
#include "problem.h"

static void list(ApiRequest *request);
static void create(ApiRequest *request);
static void list_times(ApiRequest *request);
static void get(ApiRequest *request);
static void update(ApiRequest *request);
static void delete (ApiRequest *request);
static void list_fires(ApiRequest *request);
static void pause_one(ApiRequest *request);
static void resume(ApiRequest *request);
static void trigger(ApiRequest *request);
static bool has_sane_id(ApiRequest *request);
static void act(ApiRequest *request, DbStatement statement, int code);
static const char *body_text(const ApiRequest *request);

const ApiRoute api_schedule_routes[] = {
	{HTTP_GET, "schedules", API_KNOWN, list},
	{HTTP_POST, "schedules", API_KNOWN, create},
	{HTTP_GET, "schedules/next-fire-times", API_KNOWN, list_times},
	{HTTP_GET, "schedules/*", API_KNOWN, get},
	{HTTP_PUT, "schedules/*", API_KNOWN, update},
	{HTTP_DELETE, "schedules/*", API_KNOWN, delete},
	{HTTP_GET, "schedules/*/fires", API_KNOWN, list_fires},
	{HTTP_POST, "schedules/*/pause", API_KNOWN, pause_one},
	{HTTP_POST, "schedules/*/resume", API_KNOWN, resume},
	{HTTP_POST, "schedules/*/trigger", API_KNOWN, trigger},
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
	        DB_LIST_SCHEDULES,
	        (const char *[]){api_query_text(request, "workflow_id"),
	                         skip,
	                         limit,
	                         api_query_text(request, "after")},
	        200);
}

static void
create(ApiRequest *request)
{
	const char *values[] = {body_text(request)};

	api_ask_write(
		request, DB_CREATE_SCHEDULE, values, 201, DB_VALIDATE_SCHEDULE, values);
}

/* What an expression means, before it is anybody's schedule. */
static void
list_times(ApiRequest *request)
{
	const char *count;
	const char *zone = api_query_text(request, "time_zone");

	if (!api_query_number(request, "n", 0, 1000, "10", &count))
		return;
	api_ask(request,
	        DB_NEXT_FIRE_TIMES,
	        (const char *[]){api_query_text(request, "expr"),
	                         count,
	                         zone ? zone : "UTC",
	                         api_query_text(request, "after")},
	        200);
}

static void
get(ApiRequest *request)
{
	act(request, DB_GET_SCHEDULE, 200);
}

static void
update(ApiRequest *request)
{
	const char *values[] = {request->parameters[0], body_text(request)};

	if (has_sane_id(request))
		api_ask_write(request,
		              DB_UPDATE_SCHEDULE,
		              values,
		              200,
		              DB_VALIDATE_SCHEDULE_CHANGES,
		              values);
}

static void delete (ApiRequest *request)
{
	act(request, DB_DELETE_SCHEDULE, 204);
}

static void
list_fires(ApiRequest *request)
{
	const char *skip;
	const char *limit;

	if (!has_sane_id(request) || !api_query_page(request, &skip, &limit))
		return;
	api_ask(request,
	        DB_LIST_SCHEDULE_FIRES,
	        (const char *[]){request->parameters[0],
	                         skip,
	                         limit,
	                         api_query_text(request, "after")},
	        200);
}

static void
pause_one(ApiRequest *request)
{
	act(request, DB_PAUSE_SCHEDULE, 200);
}

static void
resume(ApiRequest *request)
{
	act(request, DB_RESUME_SCHEDULE, 200);
}

static void
trigger(ApiRequest *request)
{
	act(request, DB_TRIGGER_SCHEDULE, 202);
}

static bool
has_sane_id(ApiRequest *request)
{
	if (api_id_is_reference(request->parameters[0]))
		return true;
	problem_answer_code(request->http,
	                    400,
	                    "the path names no schedule: an id is a UUID, a slug "
	                    "is letters, digits and hyphens");
	return false;
}

/* A statement that wants the schedule and nothing else. */
static void
act(ApiRequest *request, DbStatement statement, int code)
{
	if (has_sane_id(request))
		api_ask(request, statement, request->parameters, code);
}

static const char *
body_text(const ApiRequest *request)
{
	size_t length;

	return http_body(request->http, &length);
}
