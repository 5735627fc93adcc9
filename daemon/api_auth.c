/*
 * api_auth.c
 *		/auth: a token for those who have the key.
 */
#include "api.h"
#include "problem.h"

#include <string.h>
#include <time.h>

static void issue_token(ApiRequest *request);

/* Open, because it asks for the key itself: a token must not renew itself. */
const ApiRoute api_auth_routes[] = {
	{HTTP_POST, "auth/issue-dev-token", API_OPEN, issue_token},
	{HTTP_OTHER, NULL, API_KNOWN, NULL},
};

static void
issue_token(ApiRequest *request)
{
	Error error;
	const char *body;

	if (auth_check_key(request->world->auth,
	                   http_header(request->http, "X-API-Key"),
	                   &error) != STATUS_OK)
	{
		problem_answer_code(request->http, 401, error.message);
		return;
	}
	body = arena_print(
		request->arena,
		"{\"access_token\":\"%s\",\"token_type\":\"bearer\","
		"\"expires_in\":%d}",
		auth_issue_token(request->world->auth, time(NULL), request->arena),
		AUTH_TOKEN_SECONDS);
	http_add_header(request->http, "Cache-Control", "no-store");
	http_answer(request->http, 200, "application/json", body, strlen(body));
}
