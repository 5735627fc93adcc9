/*
 * api.c
 *		The HTTP face: a request finds its route, is let in, and is handled.
 */
#include "api.h"

#include "api_feed.h"
#include "api_limit.h"
#include "api_log.h"
#include "api_manners.h"
#include "api_tasks.h"
#include "api_wait.h"
#include "base64url.h"
#include "memory.h"
#include "problem.h"

#include <openssl/evp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct Api
{
	ApiWorld world;
	ApiWaits *waits;
	ApiClaims *claims;
	ApiFeeds *feeds;
};

const ApiRoute *const api_tables[] = {
	api_rule_routes,     /* "validate" is no MCP or workflow either */
	api_registry_routes, /* before those of context: "search" is no MCP */
	api_context_routes,
	api_session_routes,
	api_event_routes, /* before those of runs, which would take "events" */
	api_run_control_routes, /* before those of runs, which would take "cancel" */
	api_artifact_routes,
	api_run_routes, /* before those of workflows, which would take "runs" */
	api_workflow_routes,
	api_schedule_routes,
	api_task_routes,
	api_apply_routes,
	api_queue_routes,
	api_secret_routes,
	api_health_routes,
	api_stats_routes, /* what /stats itself leaves out */
	api_metrics_routes,
	api_docs_routes,
	api_auth_routes,
	NULL,
};

static const char *hash_of(ApiRequest *request);
static void arrived(void *context, HttpRequest *http);
static void answered(void *context, const HttpRequest *http, void *state,
                     int status, uint64_t nanoseconds);
static void received(void *context, HttpRequest *http, void *state);
static void
refused(void *context, HttpRequest *http, int code, const char *detail);
static void refuse_route(ApiRequest *request, const ApiMatch *match);
static void let_in(ApiRequest *request, const ApiRoute *route);
static void set_caller(ApiRequest *request);

const HttpHandler api_handler = {
	.arrived = arrived,
	.received = received,
	.answered = answered,
	.refused = refused,
};

Api *
api_create(const ApiWorld *world)
{
	Api *api = memory_alloc(sizeof(*api));

	api->world = *world;
	api->waits = api_waits_create();
	api->claims = api_claims_create();
	api->feeds = api_feeds_create(&api->world);
	return api;
}

DbRequest *
api_send(ApiRequest *request, DbStatement statement, const char *const *values,
         DbCallback callback, void *context)
{
	bool is_ours = request->identity.kind == AUTH_DAEMON;

	return db_send_as(request->world->db,
	                  is_ours ? NULL : &request->caller,
	                  statement,
	                  values,
	                  callback,
	                  context);
}

DbRequest *
api_send_once(ApiRequest *request, DbStatement statement,
              const char *const *values, DbCallback callback, void *context)
{
	bool is_ours = request->identity.kind == AUTH_DAEMON;
	const char *key = http_header(request->http, "Idempotency-Key");
	DbCaller caller = {.enter = DB_NOTHING};

	if (key == NULL)
		return api_send(request, statement, values, callback, context);
	if (!is_ours)
		caller = request->caller;
	caller.once_key = key;
	caller.once_hash = hash_of(request);
	return db_send_as(
		request->world->db, &caller, statement, values, callback, context);
}

void
api_destroy(Api *api)
{
	api_feeds_destroy(api->feeds);
	api_claims_destroy(api->claims);
	api_waits_destroy(api->waits);
	free(api);
}

void
api_stop_waiting(Api *api)
{
	api_feeds_end(api->feeds);
	api_claims_end(api->claims);
	api_waits_end(api->waits);
}

/* Of all that it asks for: where, and with what. */
static const char *
hash_of(ApiRequest *request)
{
	size_t length;
	const char *body = http_body(request->http, &length);
	const char *asked = arena_print(request->arena,
	                                "%d %s %s",
	                                (int) request->route->method,
	                                http_uri(request->http)->path,
	                                body);
	unsigned char digest[32];

	EVP_Digest(asked, strlen(asked), digest, NULL, EVP_sha256(), NULL);
	return base64url_print(request->arena, digest, sizeof(digest));
}

/* Who is refused is so before he has sent megabytes. */
static void
arrived(void *context, HttpRequest *http)
{
	Arena *arena = http_arena(http);
	ApiRequest *request = arena_alloc(arena, sizeof(*request));
	ApiMatch match;

	request->api = context;
	request->world = &request->api->world;
	request->waits = request->api->waits;
	request->claims = request->api->claims;
	request->feeds = request->api->feeds;
	request->http = http;
	request->arena = arena;
	http_set_state(http, request);
	api_route_find(api_tables, http_method(http), http_uri(http), &match);
	memcpy(request->parameters, match.parameters, sizeof(match.parameters));
	api_add_origin(request);
	if (match.route == NULL)
	{
		refuse_route(request, &match);
		return;
	}
	request->route = match.route;
	if (api_agrees(request, match.route))
		let_in(request, match.route);
}

static void
received(void *context, HttpRequest *http, void *state)
{
	ApiRequest *request = state;

	api_limit_handle(request);
}

/* What no route has is one series, however many paths strangers try. */
static void
answered(void *context, const HttpRequest *http, void *state, int status,
         uint64_t nanoseconds)
{
	static const char *const methods[] = {
		[HTTP_OTHER] = "other",
		[HTTP_GET] = "GET",
		[HTTP_POST] = "POST",
		[HTTP_PUT] = "PUT",
		[HTTP_DELETE] = "DELETE",
		[HTTP_OPTIONS] = "OPTIONS",
	};
	const Api *api = context;
	const ApiRequest *request = state;
	bool is_found = request && request->route;

	metrics_count(api->world.metrics,
	              methods[is_found ? request->route->method : HTTP_OTHER],
	              is_found ? request->route->pattern : "",
	              status,
	              nanoseconds);
	api_log(http, request, status, nanoseconds);
}

static void
refused(void *context, HttpRequest *http, int code, const char *detail)
{
	problem_answer_code(http, code, detail);
}

static void
refuse_route(ApiRequest *request, const ApiMatch *match)
{
	const char *allow;

	if (match->allowed == 0)
	{
		problem_answer_code(
			request->http, 404, "there is nothing at this path");
		return;
	}
	allow = api_route_allow(match->allowed, request->arena);
	if (http_method(request->http) == HTTP_OPTIONS)
	{
		api_answer_options(request, allow);
		return;
	}
	http_add_header(request->http, "Allow", allow);
	problem_answer_code(
		request->http, 405, "this path does not take this method; see Allow");
}

/* Answers those that are not. */
static void
let_in(ApiRequest *request, const ApiRoute *route)
{
	Error error;

	if (route->access == API_OPEN)
		return;
	if (auth_identify(request->world->auth,
	                  http_header(request->http, "X-API-Key"),
	                  http_header(request->http, "Authorization"),
	                  time(NULL),
	                  request->arena,
	                  &request->identity,
	                  &error) == STATUS_OK)
		set_caller(request);
	else if (api_limit_stranger(request))
		problem_answer(request->http, &error);
}

static void
set_caller(ApiRequest *request)
{
	const AuthIdentity *identity = &request->identity;

	switch (identity->kind)
	{
		case AUTH_DAEMON:
			break;
		case AUTH_KEY:
			request->caller =
				(DbCaller){.enter = DB_ENTER_KEY,
			               .values = {identity->prefix, identity->digest}};
			break;
		case AUTH_ROLE:
			request->caller =
				(DbCaller){.enter = DB_ENTER_ROLE,
			               .values = {identity->role, identity->subject}};
			break;
	}
}
