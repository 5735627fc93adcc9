/*
 * api_registry.c
 *		What the registry knows beside its definitions: search, kinds, history.
 */
#include "api.h"
#include "api_ask.h"
#include "api_query.h"
#include "problem.h"

#include <stdbool.h>
#include <string.h>

static void search(ApiRequest *request);
static void count_facets(ApiRequest *request);
static void diff_mcp(ApiRequest *request);
static void list_workflow_versions(ApiRequest *request);
static void diff_workflow(ApiRequest *request);
static void explain_workflow(ApiRequest *request);
static void list_audit(ApiRequest *request);
static bool has_query(ApiRequest *request);
static bool read_ends(ApiRequest *request, const char **from, const char **to);

const ApiRoute api_registry_routes[] = {
	{HTTP_GET, "context/search", API_KNOWN, search},
	{HTTP_GET, "context/search/facets", API_KNOWN, count_facets},
	{HTTP_GET, "context/*/diff", API_KNOWN, diff_mcp},
	{HTTP_GET, "workflows/*/versions", API_KNOWN, list_workflow_versions},
	{HTTP_GET, "workflows/*/diff", API_KNOWN, diff_workflow},
	{HTTP_GET, "workflows/*/explain", API_KNOWN, explain_workflow},
	{HTTP_GET, "audit", API_KNOWN, list_audit},
	{HTTP_OTHER, NULL, API_KNOWN, NULL},
};

static void
search(ApiRequest *request)
{
	const char *limit;

	if (!has_query(request) ||
	    !api_query_number(request, "limit", 1, 500, "10", &limit))
		return;
	api_ask(request,
	        DB_SEARCH_MCPS,
	        (const char *[]){api_query_text(request, "query"),
	                         api_query_text(request, "type"),
	                         api_query_text(request, "tag"),
	                         limit,
	                         api_query_text(request, "cursor")},
	        200);
}

static void
count_facets(ApiRequest *request)
{
	if (has_query(request))
		api_ask(request,
		        DB_SEARCH_FACETS,
		        (const char *[]){api_query_text(request, "query"),
		                         api_query_text(request, "type"),
		                         api_query_text(request, "tag")},
		        200);
}

static void
diff_mcp(ApiRequest *request)
{
	const char *values[] = {request->parameters[0], NULL, NULL};

	if (read_ends(request, &values[1], &values[2]))
		api_ask(request, DB_DIFF_MCP_VERSIONS, values, 200);
}

static void
list_workflow_versions(ApiRequest *request)
{
	api_ask(request, DB_LIST_WORKFLOW_VERSIONS, request->parameters, 200);
}

static void
diff_workflow(ApiRequest *request)
{
	const char *values[] = {request->parameters[0], NULL, NULL};

	if (read_ends(request, &values[1], &values[2]))
		api_ask(request, DB_DIFF_WORKFLOW_VERSIONS, values, 200);
}

static void
explain_workflow(ApiRequest *request)
{
	api_ask(request, DB_EXPLAIN_WORKFLOW, request->parameters, 200);
}

static void
list_audit(ApiRequest *request)
{
	const char *skip;
	const char *limit;

	if (!api_query_page(request, &skip, &limit))
		return;
	api_ask(request,
	        DB_LIST_AUDIT,
	        (const char *[]){api_query_text(request, "kind"),
	                         api_query_text(request, "object"),
	                         api_query_text(request, "actor"),
	                         api_query_text(request, "since"),
	                         skip,
	                         limit,
	                         api_query_text(request, "after")},
	        200);
}

/* COMPAT: 400 for an empty query. */
static bool
has_query(ApiRequest *request)
{
	const char *text = api_query_text(request, "query");

	if (text && text[strspn(text, " \t")] != '\0')
		return true;
	problem_answer_code(
		request->http, 400, "say with ?query= what to look for");
	return false;
}

static bool
read_ends(ApiRequest *request, const char **from, const char **to)
{
	*from = api_query_text(request, "from");
	*to = api_query_text(request, "to");
	if (*from && *to)
		return true;
	problem_answer_query(
		request->http, *from ? "to" : "from", "must name a version", NULL);
	return false;
}
