/*
 * api_docs.c
 *		/openapi.json and /docs: what this daemon answers to.
 */
#include "api.h"
#include "api_docs_page.h"
#include "api_etag.h"
#include "api_openapi.h"

#include <string.h>

static void get_document(ApiRequest *request);
static void get_page(ApiRequest *request);

const ApiRoute api_docs_routes[] = {
	{HTTP_GET, "openapi.json", API_OPEN, get_document},
	{HTTP_GET, "docs", API_OPEN, get_page},
	{HTTP_OTHER, NULL, API_KNOWN, NULL},
};

static void
get_document(ApiRequest *request)
{
	const char *text = api_openapi_print(api_tables, request->arena);
	size_t length = strlen(text);

	if (api_etag_add(request,
	                 api_etag_make(request->arena, NULL, text, length)))
		http_answer(request->http, 304, "", "", 0);
	else
		http_answer(request->http, 200, "application/json", text, length);
}

/* It needs nothing, so a browser need allow it nothing but its own style. */
static void
get_page(ApiRequest *request)
{
	const char *text = api_docs_page_print(api_tables, request->arena);

	http_add_header(request->http,
	                "Content-Security-Policy",
	                "default-src 'none'; style-src 'unsafe-inline'");
	http_answer(
		request->http, 200, "text/html; charset=utf-8", text, strlen(text));
}
