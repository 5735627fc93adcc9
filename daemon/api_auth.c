/*
 * api_auth.c
 *		/auth: keys, and a token for those who have one.
 */
#include "api.h"
#include "api_ask.h"
#include "api_query.h"
#include "problem.h"

#include <string.h>
#include <time.h>

static void issue_token(ApiRequest *request);
static void key_entered(void *context, DbResult *result, const Error *error);
static void list_keys(ApiRequest *request);
static void create_key(ApiRequest *request);
static void revoke_key(ApiRequest *request);

const ApiRoute api_auth_routes[] = {
	{HTTP_POST, "auth/issue-dev-token", API_KNOWN, issue_token},
	{HTTP_GET, "auth/keys", API_KNOWN, list_keys},
	{HTTP_POST, "auth/keys", API_KNOWN, create_key},
	{HTTP_DELETE, "auth/keys/*", API_KNOWN, revoke_key},
	{HTTP_OTHER, NULL, API_KNOWN, NULL},
};

/* It asks for the key itself: a token must not renew itself. */
static void
issue_token(ApiRequest *request)
{
	if (http_header(request->http, "X-API-Key") == NULL)
		problem_answer_code(
			request->http, 401, "no credentials: send X-API-Key");
	else
		api_send(request, DB_NOTHING, NULL, key_entered, request);
}

static void
key_entered(void *context, DbResult *result, const Error *error)
{
	ApiRequest *request = context;
	const char *token;
	const char *body;

	if (error)
	{
		problem_answer(request->http, error);
		return;
	}
	token = auth_issue_token(
		request->world->auth, &request->identity, time(NULL), request->arena);
	body = arena_print(request->arena,
	                   "{\"access_token\":\"%s\",\"token_type\":\"bearer\","
	                   "\"expires_in\":%d}",
	                   token,
	                   AUTH_TOKEN_SECONDS);
	http_add_header(request->http, "Cache-Control", "no-store");
	http_answer(request->http, 200, "application/json", body, strlen(body));
}

static void
list_keys(ApiRequest *request)
{
	const char *skip;
	const char *limit;

	if (api_query_page(request, &skip, &limit))
		api_ask(request,
		        DB_LIST_API_KEYS,
		        (const char *[]){skip, limit, api_query_text(request, "after")},
		        200);
}

/* The answer is the only place where the key stands. */
static void
create_key(ApiRequest *request)
{
	size_t length;

	http_add_header(request->http, "Cache-Control", "no-store");
	api_ask(request,
	        DB_CREATE_API_KEY,
	        (const char *[]){http_body(request->http, &length)},
	        201);
}

static void
revoke_key(ApiRequest *request)
{
	api_ask(request, DB_REVOKE_API_KEY, request->parameters, 204);
}
