/*
 * api.c
 *		The HTTP face: a request finds its route, is let in, and is handled.
 */
#include "api.h"

#include "api_wait.h"
#include "memory.h"
#include "problem.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

struct Api
{
	ApiWorld world;
	ApiWaits *waits;
};

static const ApiRoute *const tables[] = {
	api_context_routes,
	api_run_routes, /* before those of workflows, which would take "runs" */
	api_workflow_routes,
	api_health_routes,
	api_auth_routes,
	NULL,
};

static void refuse_route(HttpRequest *request, const ApiMatch *match);
static bool let_in(const ApiRequest *request, const ApiRoute *route);

Api *
api_create(const ApiWorld *world)
{
	Api *api = memory_alloc(sizeof(*api));

	api->world = *world;
	api->waits = api_waits_create();
	return api;
}

void
api_destroy(Api *api)
{
	api_waits_destroy(api->waits);
	free(api);
}

void
api_handle(void *context, HttpRequest *http)
{
	Arena *arena = http_arena(http);
	ApiRequest *request = arena_alloc(arena, sizeof(*request));
	ApiMatch match;

	request->api = context;
	request->world = &request->api->world;
	request->waits = request->api->waits;
	request->http = http;
	request->arena = arena;
	api_route_find(tables, http_method(http), http_path(http), arena, &match);
	memcpy(request->parameters, match.parameters, sizeof(match.parameters));
	if (match.route == NULL)
		refuse_route(http, &match);
	else if (let_in(request, match.route))
		match.route->handler(request);
}

static void
refuse_route(HttpRequest *request, const ApiMatch *match)
{
	if (match->allowed == 0)
	{
		problem_answer_code(request, 404, "there is nothing at this path");
		return;
	}
	http_add_header(
		request, "Allow", api_route_allow(match->allowed, http_arena(request)));
	problem_answer_code(
		request, 405, "this path does not take this method; see Allow");
}

/* Has answered where it returns false. */
static bool
let_in(const ApiRequest *request, const ApiRoute *route)
{
	Error error;

	if (route->access == API_OPEN)
		return true;
	if (auth_check(request->world->auth,
	               http_header(request->http, "X-API-Key"),
	               http_header(request->http, "Authorization"),
	               time(NULL),
	               &error) == STATUS_OK)
		return true;
	problem_answer_code(request->http, 401, error.message);
	return false;
}
