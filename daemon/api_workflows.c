/*
 * api_workflows.c
 *		/workflows: definitions, and starting their runs.
 */
#include "api.h"
#include "api_ask.h"
#include "api_cached.h"
#include "api_etag.h"
#include "api_execute.h"
#include "api_id.h"
#include "api_query.h"
#include "problem.h"

static void list(ApiRequest *request);
static void create(ApiRequest *request);
static void get(ApiRequest *request);
static void update(ApiRequest *request);
static void delete (ApiRequest *request);
static void execute(ApiRequest *request);
static bool has_sane_id(ApiRequest *request);
static const char *body_text(const ApiRequest *request);

const ApiRoute api_workflow_routes[] = {
	{HTTP_GET, "workflows", API_KNOWN, list},
	{HTTP_POST, "workflows", API_KNOWN, create},
	{HTTP_GET, "workflows/*", API_KNOWN, get},
	{HTTP_PUT, "workflows/*", API_KNOWN, update},
	{HTTP_DELETE, "workflows/*", API_KNOWN, delete},
	{HTTP_POST, "workflows/*/execute", API_KNOWN, execute},
	{HTTP_OTHER, NULL, API_KNOWN, NULL},
};

static void
list(ApiRequest *request)
{
	static const ApiCached what = {
		DB_LIST_WORKFLOWS, CACHE_WORKFLOWS, API_CACHED_WHOLE};
	const char *skip;
	const char *limit;

	if (!api_query_page(request, &skip, &limit))
		return;
	api_ask_cached(request,
	               &what,
	               (const char *[]){api_query_text(request, "query"),
	                                skip,
	                                limit,
	                                api_query_text(request, "after")});
}

static void
create(ApiRequest *request)
{
	const char *values[] = {body_text(request)};

	api_ask_write(
		request, DB_CREATE_WORKFLOW, values, 201, DB_VALIDATE_WORKFLOW, values);
}

static void
get(ApiRequest *request)
{
	static const ApiCached what = {
		DB_GET_WORKFLOW, CACHE_WORKFLOWS, API_CACHED_PART};

	if (has_sane_id(request))
		api_ask_cached(request, &what, request->parameters);
}

static void
update(ApiRequest *request)
{
	const char *values[] = {request->parameters[0], body_text(request), NULL};

	if (has_sane_id(request) && api_etag_expected(request, &values[2]))
		api_ask_write(request,
		              DB_UPDATE_WORKFLOW,
		              values,
		              200,
		              DB_VALIDATE_CHANGES,
		              values);
}

static void delete (ApiRequest *request)
{
	const char *values[] = {request->parameters[0], NULL};

	if (has_sane_id(request) && api_etag_expected(request, &values[1]))
		api_ask(request, DB_DELETE_WORKFLOW, values, 204);
}

static void
execute(ApiRequest *request)
{
	if (has_sane_id(request))
		api_execute_workflow(request, request->parameters[0]);
}

/* COMPAT: 400 for what can be neither an id nor a slug. */
static bool
has_sane_id(ApiRequest *request)
{
	if (api_id_is_reference(request->parameters[0]))
		return true;
	problem_answer_code(request->http,
	                    400,
	                    "the path names no workflow: an id is a UUID, a slug "
	                    "is letters, digits and hyphens");
	return false;
}

static const char *
body_text(const ApiRequest *request)
{
	size_t length;

	return http_body(request->http, &length);
}
