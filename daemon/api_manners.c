/*
 * api_manners.c
 *		What HTTP asks of any route: methods, media types, origins.
 */
#include "api_manners.h"

#include "http_accept.h"
#include "problem.h"

#include <string.h>
#include <strings.h>

/* Seconds that a browser may keep what a preflight said. */
#define PREFLIGHT_AGE "600"

static bool has_readable_body(ApiRequest *request);
static bool is_encoded(ApiRequest *request);
static bool names_revision_in_vain(ApiRequest *request, const ApiRoute *route);
static bool is_listed(const char *list, const char *origin);

void
api_add_origin(ApiRequest *request)
{
	const char *allowed = request->world->cors_origins;
	const char *origin = http_header(request->http, "Origin");

	if (allowed == NULL)
		return;
	/* Caches must not give one origin's answer to another. */
	http_add_header(request->http, "Vary", "Origin");
	if (origin == NULL || !is_listed(allowed, origin))
		return;
	http_add_header(request->http, "Access-Control-Allow-Origin", origin);
	http_add_header(request->http,
	                "Access-Control-Expose-Headers",
	                "ETag, Idempotency-Replayed, Link, Location, "
	                "Preference-Applied, Retry-After, X-Request-Id");
}

void
api_answer_options(ApiRequest *request, const char *allow)
{
	const char *origin = http_header(request->http, "Origin");
	const char *allowed = request->world->cors_origins;

	http_add_header(request->http, "Allow", allow);
	if (origin && allowed && is_listed(allowed, origin))
	{
		http_add_header(request->http, "Access-Control-Allow-Methods", allow);
		http_add_header(request->http,
		                "Access-Control-Allow-Headers",
		                "Authorization, Content-Type, Idempotency-Key, "
		                "If-Match, If-None-Match, Last-Event-ID, Prefer, "
		                "traceparent, X-API-Key, X-Request-Id");
		http_add_header(request->http, "Access-Control-Max-Age", PREFLIGHT_AGE);
	}
	http_answer(request->http, 204, "", "", 0);
}

bool
api_agrees(ApiRequest *request, const ApiRoute *route)
{
	const char *type = api_route_type(route);
	const char *other = api_route_other_type(route);
	const char *accept = http_header(request->http, "Accept");

	if (!http_accepts_type(accept, type) &&
	    !(other && http_accepts_type(accept, other)))
	{
		problem_answer_code(
			request->http,
			406,
			arena_print(request->arena, "the answer would be %s", type));
		return false;
	}
	if (!has_readable_body(request))
	{
		problem_answer_code(
			request->http, 415, "the body is to be application/json");
		return false;
	}
	if (is_encoded(request))
	{
		http_add_header(request->http, "Accept-Encoding", "identity");
		problem_answer_code(
			request->http,
			415,
			"the body is to be sent as it is, in no Content-Encoding");
		return false;
	}
	if (names_revision_in_vain(request, route))
	{
		problem_answer_code(
			request->http,
			412,
			"what has no revision cannot be compared with If-Match");
		return false;
	}
	return true;
}

/*
 * A type that is not given is JSON, and so is the one that curl -d gives: it is
 * what its user has not thought of, and what is sent is read as JSON in any case.
 */
static bool
has_readable_body(ApiRequest *request)
{
	static const char *const types[] = {
		"application/json",
		"application/x-www-form-urlencoded",
	};
	const char *type = http_header(request->http, "Content-Type");
	size_t length;

	if (type == NULL || http_method(request->http) == HTTP_GET)
		return true;
	length = strcspn(type, "; \t");
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
	{
		if (strlen(types[i]) == length &&
		    strncasecmp(type, types[i], length) == 0)
			return true;
	}
	return false;
}

static bool
is_encoded(ApiRequest *request)
{
	const char *coding = http_header(request->http, "Content-Encoding");

	return coding && strcasecmp(coding, "identity") != 0 &&
	       http_method(request->http) != HTTP_GET;
}

/* Who counts on a revision must not lose another one. */
static bool
names_revision_in_vain(ApiRequest *request, const ApiRoute *route)
{
	static const char *const compared[] = {"context/*", "workflows/*"};
	const char *tag = http_header(request->http, "If-Match");

	if (tag == NULL || strcmp(tag, "*") == 0 || route->method != HTTP_DELETE)
		return false;
	for (size_t i = 0; i < sizeof(compared) / sizeof(compared[0]); i++)
	{
		if (strcmp(route->pattern, compared[i]) == 0)
			return false;
	}
	return true;
}

/* list: origins between commas, or "*". */
static bool
is_listed(const char *list, const char *origin)
{
	size_t length = strlen(origin);

	if (strcmp(list, "*") == 0)
		return true;
	for (;;)
	{
		size_t one;

		list += strspn(list, ", ");
		one = strcspn(list, ", ");
		if (one == 0)
			return false;
		if (one == length && strncmp(list, origin, length) == 0)
			return true;
		list += one;
	}
}
