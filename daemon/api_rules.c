/*
 * api_rules.c
 *		What definitions are held to: kinds of MCP, constraints, and trying a document.
 */
#include "api.h"
#include "api_ask.h"

static void list_types(ApiRequest *request);
static void create_type(ApiRequest *request);
static void drop_type(ApiRequest *request);
static void list_constraints(ApiRequest *request);
static void create_constraint(ApiRequest *request);
static void update_constraint(ApiRequest *request);
static void drop_constraint(ApiRequest *request);
static void validate_mcp(ApiRequest *request);
static void validate_workflow(ApiRequest *request);
static const char *body_of(ApiRequest *request);

const ApiRoute api_rule_routes[] = {
	{HTTP_GET, "types", API_KNOWN, list_types},
	{HTTP_POST, "types", API_KNOWN, create_type},
	{HTTP_DELETE, "types/*", API_KNOWN, drop_type},
	{HTTP_GET, "constraints", API_KNOWN, list_constraints},
	{HTTP_POST, "constraints", API_KNOWN, create_constraint},
	{HTTP_PUT, "constraints/*", API_KNOWN, update_constraint},
	{HTTP_DELETE, "constraints/*", API_KNOWN, drop_constraint},
	{HTTP_POST, "context/validate", API_KNOWN, validate_mcp},
	{HTTP_POST, "workflows/validate", API_KNOWN, validate_workflow},
	{HTTP_OTHER, NULL, API_KNOWN, NULL},
};

static void
list_types(ApiRequest *request)
{
	api_ask(request, DB_LIST_TYPES, NULL, 200);
}

static void
create_type(ApiRequest *request)
{
	api_ask(request, DB_CREATE_TYPE, (const char *[]){body_of(request)}, 201);
}

static void
drop_type(ApiRequest *request)
{
	api_ask(request, DB_DROP_TYPE, request->parameters, 204);
}

static void
list_constraints(ApiRequest *request)
{
	api_ask(request, DB_LIST_CONSTRAINTS, NULL, 200);
}

static void
create_constraint(ApiRequest *request)
{
	api_ask(
		request, DB_CREATE_CONSTRAINT, (const char *[]){body_of(request)}, 201);
}

static void
update_constraint(ApiRequest *request)
{
	api_ask(request,
	        DB_UPDATE_CONSTRAINT,
	        (const char *[]){request->parameters[0], body_of(request)},
	        200);
}

static void
drop_constraint(ApiRequest *request)
{
	api_ask(request, DB_DROP_CONSTRAINT, request->parameters, 204);
}

/* 200, with all that is wrong: it was asked, and nothing was to be made. */
static void
validate_mcp(ApiRequest *request)
{
	api_ask(request, DB_VALIDATE_MCP, (const char *[]){body_of(request)}, 200);
}

static void
validate_workflow(ApiRequest *request)
{
	api_ask(
		request, DB_VALIDATE_WORKFLOW, (const char *[]){body_of(request)}, 200);
}

static const char *
body_of(ApiRequest *request)
{
	size_t length;

	return http_body(request->http, &length);
}
