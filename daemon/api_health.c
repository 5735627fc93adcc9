/*
 * api_health.c
 *		/health and /stats: how things stand.
 */
#include "api.h"
#include "api_ask.h"
#include "json_write.h"
#include "loop.h"
#include "runner.h"
#include "runner_level.h"

#include <stdbool.h>
#include <string.h>

/* Milliseconds: whoever asks for health wants to know before he gives up. */
#define PATIENCE 2000

/* A question under way; lies in its request's arena. */
typedef struct Check
{
	ApiRequest *request;
	DbRequest *asked;
	LoopTimer *patience;
	int trouble_code; /* to answer with where there is trouble */
} Check;

static void health(ApiRequest *request);
static void ready(ApiRequest *request);
static void live(ApiRequest *request);
static void ask(ApiRequest *request, int trouble_code);
static void
database_answered(void *context, DbResult *result, const Error *error);
static void patience_ended(void *context);
static void answer_health(Check *check, const char *trouble);
static const char *print_missing(Arena *arena);
static const char *database_trouble(const Error *error);
static void stats(ApiRequest *request);

const ApiRoute api_health_routes[] = {
	{HTTP_GET, "health", API_OPEN, health},
	{HTTP_GET, "ready", API_OPEN, ready},
	{HTTP_GET, "live", API_OPEN, live},
	{HTTP_GET, "stats", API_KNOWN, stats},
	{HTTP_OTHER, NULL, API_KNOWN, NULL},
};

static void
health(ApiRequest *request)
{
	ask(request, 200);
}

/* For who sends requests on to us: not while we could not serve them. */
static void
ready(ApiRequest *request)
{
	ask(request, 503);
}

/* For who would start us anew: the loop turns, and more is not asked. */
static void
live(ApiRequest *request)
{
	static const char body[] = "{\"status\":\"live\"}";

	http_answer(request->http, 200, "application/json", body, sizeof(body) - 1);
}

static void
ask(ApiRequest *request, int trouble_code)
{
	Check *check = arena_alloc(request->arena, sizeof(*check));

	check->request = request;
	check->trouble_code = trouble_code;
	check->patience = loop_timer_create(patience_ended, check);
	loop_timer_set(check->patience, PATIENCE);
	check->asked =
		db_send(request->world->db, DB_HEALTH, NULL, database_answered, check);
}

static void
database_answered(void *context, DbResult *result, const Error *error)
{
	answer_health(context, error ? database_trouble(error) : NULL);
}

static void
patience_ended(void *context)
{
	Check *check = context;

	db_forget(check->asked);
	answer_health(check, "error: no answer in time");
}

/* trouble: of the database; NULL: none. */
static void
answer_health(Check *check, const char *trouble)
{
	ApiRequest *request = check->request;
	const Redis *redis = request->world->redis;
	const char *cache = redis ? redis_health(redis) : "off";
	bool is_cached = redis == NULL || strcmp(cache, "ok") == 0;
	const char *body = arena_print(
		request->arena,
		"{\"status\":\"%s\",\"message\":\"%s\",\"database\":\"%s\","
		"\"redis\":\"%s\",\"sandbox\":\"%s\"%s}",
		trouble || !is_cached ? "degraded" : "healthy",
		trouble      ? "the database cannot be used; nothing can be served"
		: !is_cached ? "Redis does not answer; answers are right but slower"
					 : "all is well",
		trouble ? trouble : "ok",
		cache,
		runner_level_name((RunnerLevel) runner_ready()->level),
		print_missing(request->arena));

	loop_timer_destroy(check->patience);
	if (trouble && check->trouble_code == 503)
		http_add_header(request->http, "Retry-After", "1");
	http_answer(request->http,
	            trouble ? check->trouble_code : 200,
	            "application/json",
	            body,
	            strlen(body));
}

/* What keeps scripts from being run, and how to get it; "" where nothing does. */
static const char *
print_missing(Arena *arena)
{
	const char *missing = runner_ready()->missing;
	JsonWriter *writer;
	const char *printed;

	if (*missing == '\0')
		return "";
	writer = json_writer_create();
	json_write_text(writer, missing);
	printed =
		arena_print(arena, ",\"sandbox_missing\":%s", json_writer_text(writer));
	json_writer_destroy(writer);
	return printed;
}

/* Anybody may read it, so it names no host, no user and no driver's text. */
static const char *
database_trouble(const Error *error)
{
	if (error->status == STATUS_MISSING)
		return "error: the extension mcp is missing or too old";
	if (error->status == STATUS_DENIED)
		return "error: the daemon's role lacks privileges";
	return "error: not reachable";
}

static void
stats(ApiRequest *request)
{
	api_ask(request, DB_STATS, NULL, 200);
}
