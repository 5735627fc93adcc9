/*
 * api_context.c
 *		/context: MCPs and their versions, and running one by itself.
 */
#include "api.h"
#include "api_ask.h"
#include "api_cached.h"
#include "api_etag.h"
#include "api_execute.h"
#include "api_query.h"
#include "problem.h"

static void list(ApiRequest *request);
static void create(ApiRequest *request);
static void get(ApiRequest *request);
static void update(ApiRequest *request);
static void delete (ApiRequest *request);
static void execute(ApiRequest *request);
static void list_versions(ApiRequest *request);
static void add_version(ApiRequest *request);
static void get_version(ApiRequest *request);
static const char *body_text(const ApiRequest *request);

const ApiRoute api_context_routes[] = {
	{HTTP_GET, "context", API_KNOWN, list},
	{HTTP_POST, "context", API_KNOWN, create},
	{HTTP_GET, "context/*", API_KNOWN, get},
	{HTTP_PUT, "context/*", API_KNOWN, update},
	{HTTP_DELETE, "context/*", API_KNOWN, delete},
	{HTTP_POST, "context/*/execute", API_KNOWN, execute},
	{HTTP_GET, "context/*/versions", API_KNOWN, list_versions},
	{HTTP_POST, "context/*/versions", API_KNOWN, add_version},
	{HTTP_GET, "context/*/versions/*", API_KNOWN, get_version},
	{HTTP_OTHER, NULL, API_KNOWN, NULL},
};

static void
list(ApiRequest *request)
{
	static const ApiCached what = {DB_LIST_MCPS, CACHE_MCPS, API_CACHED_WHOLE};
	const char *skip;
	const char *limit;

	if (!api_query_page(request, &skip, &limit))
		return;
	api_ask_cached(request,
	               &what,
	               (const char *[]){api_query_text(request, "query"),
	                                api_query_text(request, "type"),
	                                api_query_text(request, "tag"),
	                                skip,
	                                limit,
	                                api_query_text(request, "after")});
}

static void
create(ApiRequest *request)
{
	const char *values[] = {body_text(request)};

	api_ask_write(request, DB_CREATE_MCP, values, 201, DB_VALIDATE_MCP, values);
}

static void
get(ApiRequest *request)
{
	static const ApiCached what = {DB_GET_MCP, CACHE_MCPS, API_CACHED_PART};

	api_ask_cached(request, &what, request->parameters);
}

static void
update(ApiRequest *request)
{
	const char *values[] = {request->parameters[0], body_text(request), NULL};

	if (!api_etag_expected(request, &values[2]))
		return;
	api_ask_write(request,
	              DB_UPDATE_MCP,
	              values,
	              200,
	              DB_VALIDATE_MCP_CHANGES,
	              &values[1]);
}

static void delete (ApiRequest *request)
{
	const char *values[] = {request->parameters[0], NULL, NULL};

	if (api_query_flag(request, "force", &values[1]) &&
	    api_etag_expected(request, &values[2]))
		api_ask(request, DB_DELETE_MCP, values, 204);
}

static void
execute(ApiRequest *request)
{
	api_execute_mcp(request, request->parameters[0]);
}

static void
list_versions(ApiRequest *request)
{
	static const ApiCached what = {
		DB_LIST_VERSIONS, CACHE_MCPS, API_CACHED_WHOLE};

	api_ask_cached(request, &what, request->parameters);
}

static void
add_version(ApiRequest *request)
{
	const char *values[] = {request->parameters[0], body_text(request)};

	api_ask_write(
		request, DB_ADD_VERSION, values, 201, DB_VALIDATE_VERSION, values);
}

static void
get_version(ApiRequest *request)
{
	static const ApiCached what = {DB_GET_VERSION, CACHE_MCPS, API_CACHED_PART};

	api_ask_cached(request, &what, request->parameters);
}

static const char *
body_text(const ApiRequest *request)
{
	size_t length;

	return http_body(request->http, &length);
}
