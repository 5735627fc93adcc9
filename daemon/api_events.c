/*
 * api_events.c
 *		/workflows/runs/.../events: what becomes of runs, told as it happens.
 *
 * Each stream begins with a question: may he ask, is there such a run, is there
 * anything to come.  So that what is wrong is answered with its code, and a
 * stream that is open is a good one.
 */
#include "api.h"
#include "api_ask.h"
#include "api_feed.h"
#include "api_id.h"
#include "api_query.h"
#include "http_accept.h"
#include "json_write.h"
#include "problem.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define EVENT_STREAM "text/event-stream"

/*
 * Microseconds: events of different runs are told in the order in which they
 * could be seen, so who goes on behind one goes back a little.
 */
#define OVERLAP 2000000LL
#define SECOND 1000000LL

#define LOOK_BACK "1 day"
#define DIGITS_OF_TIME 16

/* A stream to be; lies in the request's arena. */
typedef struct Opening
{
	ApiRequest *request;
	const char **run_ids; /* ended by NULL; NULL: runs of a workflow */
	const char *workflow; /* "" for any */
	const char *since;
	bool is_again; /* he has listened before */
} Opening;

static void stream_many(ApiRequest *request);
static void tell_one(ApiRequest *request);
static bool wants_stream(ApiRequest *request);
static const char *last_event_id(ApiRequest *request);
static const char **read_ids(ApiRequest *request, const char *list);
static const char *lower(Arena *arena, const char *text);
static void open_runs(ApiRequest *request, const char **run_ids);
static const char *print_seen(const Opening *opening);
static void runs_checked(void *context, DbResult *result, const Error *error);
static void open_search(ApiRequest *request);
static int64_t read_time(const char *event_id);
static const char *print_time(Arena *arena, int64_t microseconds);
static void search_checked(void *context, DbResult *result, const Error *error);

const ApiRoute api_event_routes[] = {
	{HTTP_GET, "workflows/runs/events", API_KNOWN, stream_many},
	{HTTP_GET, "workflows/runs/*/events", API_KNOWN, tell_one},
	{HTTP_OTHER, NULL, API_KNOWN, NULL},
};

static void
tell_one(ApiRequest *request)
{
	const char *run_id = request->parameters[0];
	const char **run_ids;

	if (!api_id_is_uuid(run_id))
	{
		problem_answer_code(
			request->http, 400, "the path names no run: its id is a UUID");
		return;
	}
	if (!wants_stream(request))
	{
		api_ask(request,
		        DB_RUN_EVENTS,
		        (const char *[]){run_id, last_event_id(request)},
		        200);
		return;
	}
	run_ids = arena_alloc(request->arena, 2 * sizeof(*run_ids));
	run_ids[0] = lower(request->arena, run_id);
	open_runs(request, run_ids);
}

static void
stream_many(ApiRequest *request)
{
	const char *list = api_query_text(request, "run_ids");
	const char **run_ids;

	if (list == NULL)
	{
		open_search(request);
		return;
	}
	run_ids = read_ids(request, list);
	if (run_ids)
		open_runs(request, run_ids);
}

/* Who takes anything takes the list: a stream is asked for by its name. */
static bool
wants_stream(ApiRequest *request)
{
	const char *accept = http_header(request->http, "Accept");

	return accept && strcasestr(accept, EVENT_STREAM) &&
	       http_accepts_type(accept, EVENT_STREAM);
}

static const char *
last_event_id(ApiRequest *request)
{
	const char *id = http_header(request->http, "Last-Event-ID");

	return id && *id ? id : api_query_text(request, "after");
}

/* NULL, and answered, where one is no id or there are too many. */
static const char **
read_ids(ApiRequest *request, const char *list)
{
	const char **ids =
		arena_alloc(request->arena, (API_FOLLOWED_MAX + 1) * sizeof(*ids));
	int count = 0;

	while (*list)
	{
		size_t length = strcspn(list, ",");
		const char *id = arena_copy(request->arena, list, length);

		if (!api_id_is_uuid(id) || count == API_FOLLOWED_MAX)
		{
			problem_answer_query(request->http,
			                     "run_ids",
			                     "is no list of at most 1000 ids of runs",
			                     "UUIDs, between commas.");
			return NULL;
		}
		ids[count++] = lower(request->arena, id);
		list += length;
		list += strspn(list, ",");
	}
	return ids;
}

static const char *
lower(Arena *arena, const char *text)
{
	char *copy = arena_copy_text(arena, text);

	for (char *at = copy; *at; at++)
		*at = (char) tolower((unsigned char) *at);
	return copy;
}

static void
open_runs(ApiRequest *request, const char **run_ids)
{
	Opening *opening = arena_alloc(request->arena, sizeof(*opening));
	const char *after = last_event_id(request);

	opening->request = request;
	opening->run_ids = run_ids;
	opening->is_again = after != NULL;
	opening->since = after ? after : "";
	if (after && run_ids[0] && run_ids[1])
		opening->since = arena_print(request->arena,
		                             "%016lld-0-",
		                             (long long) read_time(after) - OVERLAP);
	api_send(request,
	         DB_CHECK_RUNS_TO_WATCH,
	         (const char *[]){print_seen(opening)},
	         runs_checked,
	         opening);
}

static const char *
print_seen(const Opening *opening)
{
	JsonWriter *writer = json_writer_create();
	const char *text;

	json_write_open(writer, '{');
	for (const char **id = opening->run_ids; *id; id++)
	{
		json_write_name(writer, *id);
		json_write_open(writer, '{');
		if (*opening->since)
		{
			json_write_name(writer, "after");
			json_write_text(writer, opening->since);
		}
		json_write_close(writer, '}');
	}
	json_write_close(writer, '}');
	text = arena_copy_text(opening->request->arena, json_writer_text(writer));
	json_writer_destroy(writer);
	return text;
}

/* 204 tells whoever has heard the end that there is no use in coming again. */
static void
runs_checked(void *context, DbResult *result, const Error *error)
{
	Opening *opening = context;
	HttpRequest *http = opening->request->http;
	ApiFollower *follower;

	if (error)
	{
		problem_answer(http, error);
		return;
	}
	if (opening->is_again && db_result_is_true(result, 0, 0))
	{
		http_answer(http, 204, "", "", 0);
		return;
	}
	follower = api_feed_enter(opening->request, opening->since, NULL);
	for (const char **id = opening->run_ids; *id; id++)
		api_feed_follow(follower, *id);
}

static void
open_search(ApiRequest *request)
{
	Opening *opening = arena_alloc(request->arena, sizeof(*opening));
	const char *workflow = api_query_text(request, "workflow_id");
	const char *after = last_event_id(request);
	int64_t since = (int64_t) time(NULL) * SECOND;

	if (after)
		since = read_time(after) - OVERLAP;
	opening->request = request;
	opening->workflow = workflow ? workflow : "";
	opening->since =
		arena_print(request->arena, "%016lld-0-", (long long) since);
	api_send(request,
	         DB_FIND_RUNS_TO_WATCH,
	         (const char *[]){
				 workflow, print_time(request->arena, since), LOOK_BACK},
	         search_checked,
	         opening);
}

/* Of what is no id, the beginning of time. */
static int64_t
read_time(const char *event_id)
{
	char digits[DIGITS_OF_TIME + 1] = "";

	if (strspn(event_id, "0123456789") == DIGITS_OF_TIME)
		memcpy(digits, event_id, DIGITS_OF_TIME);
	return strtoll(digits, NULL, 10) + (*digits ? 0 : OVERLAP);
}

static const char *
print_time(Arena *arena, int64_t microseconds)
{
	const time_t seconds = (time_t) (microseconds / SECOND);
	char text[32];
	struct tm moment;

	gmtime_r(&seconds, &moment);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &moment);
	return arena_print(
		arena, "%s.%06lldZ", text, (long long) (microseconds % SECOND));
}

static void
search_checked(void *context, DbResult *result, const Error *error)
{
	Opening *opening = context;
	ApiFollower *follower;

	if (error)
	{
		problem_answer(opening->request->http, error);
		return;
	}
	follower =
		api_feed_enter(opening->request, opening->since, opening->workflow);
	for (int i = 0; i < db_result_rows(result); i++)
		api_feed_follow(follower, db_result_text(result, i, 0));
}
