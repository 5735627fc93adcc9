/*
 * api_health.c
 *		/health and /stats: how things stand.
 */
#include "api.h"
#include "api_ask.h"

#include <string.h>

static void health(ApiRequest *request);
static void health_known(void *context, DbResult *result, const Error *error);
static const char *database_health(const Error *error);
static void stats(ApiRequest *request);

const ApiRoute api_health_routes[] = {
	{HTTP_GET, "health", API_OPEN, health},
	{HTTP_GET, "stats", API_KNOWN, stats},
	{HTTP_OTHER, NULL, API_KNOWN, NULL},
};

static void
health(ApiRequest *request)
{
	db_send(request->world->db, DB_HEALTH, NULL, health_known, request);
}

static void
health_known(void *context, DbResult *result, const Error *error)
{
	ApiRequest *request = context;
	const Redis *redis = request->world->redis;
	const char *database = error ? database_health(error) : "ok";
	const char *cache = redis ? redis_health(redis) : "off";
	bool is_well = error == NULL && (redis == NULL || strcmp(cache, "ok") == 0);
	const char *body = arena_print(
		request->arena,
		"{\"status\":\"%s\",\"message\":\"%s\",\"database\":\"%s\","
		"\"redis\":\"%s\"}",
		is_well ? "healthy" : "degraded",
		error     ? "the database does not answer; nothing can be served"
		: is_well ? "all is well"
				  : "Redis does not answer; answers are right but slower",
		database,
		cache);

	http_answer(request->http, 200, "application/json", body, strlen(body));
}

/* Anybody may read it, so it names no host, no user and no driver's text. */
static const char *
database_health(const Error *error)
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
