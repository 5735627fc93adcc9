/*
 * api_apply.c
 *		/apply, /export: definitions as documents, many at once and one by one.
 */
#include "api.h"
#include "api_ask.h"

static void apply(ApiRequest *request);
static void export_one(ApiRequest *request);

const ApiRoute api_apply_routes[] = {
	{HTTP_POST, "apply", API_KNOWN, apply},
	{HTTP_GET, "export/*/*", API_KNOWN, export_one},
	{HTTP_OTHER, NULL, API_KNOWN, NULL},
};

/* 200 also where documents failed: what became of each is the answer. */
static void
apply(ApiRequest *request)
{
	size_t length;

	api_ask(request,
	        DB_APPLY,
	        (const char *[]){http_body(request->http, &length)},
	        200);
}

static void
export_one(ApiRequest *request)
{
	api_ask(request, DB_EXPORT_DEFINITION, request->parameters, 200);
}
