/*
 * api_sessions.c
 *		/context/{id}/sessions: what assistants remember of whom they talk to.
 */
#include "api.h"
#include "api_ask.h"
#include "api_query.h"

static void list(ApiRequest *request);
static void get(ApiRequest *request);
static void forget(ApiRequest *request);

const ApiRoute api_session_routes[] = {
	{HTTP_GET, "context/*/sessions", API_KNOWN, list},
	{HTTP_GET, "context/*/sessions/*", API_KNOWN, get},
	{HTTP_DELETE, "context/*/sessions/*", API_KNOWN, forget},
	{HTTP_OTHER, NULL, API_KNOWN, NULL},
};

static void
list(ApiRequest *request)
{
	const char *skip;
	const char *limit;

	if (api_query_page(request, &skip, &limit))
		api_ask(request,
		        DB_LIST_ASSISTANT_SESSIONS,
		        (const char *[]){request->parameters[0], skip, limit},
		        200);
}

static void
get(ApiRequest *request)
{
	const char *skip;
	const char *limit;

	if (api_query_page(request, &skip, &limit))
		api_ask(
			request,
			DB_GET_ASSISTANT_SESSION,
			(const char *[]){
				request->parameters[0], request->parameters[1], skip, limit},
			200);
}

static void
forget(ApiRequest *request)
{
	api_ask(request, DB_FORGET_ASSISTANT_SESSION, request->parameters, 204);
}
