/*
 * api_docs_page.c
 *		The routes for people, in HTML that asks nobody for anything.
 */
#include "api_docs_page.h"

#include "api_openapi.h"
#include "api_openapi_routes.h"
#include "text_buffer.h"

#include <string.h>

#define HEAD                                                                 \
	"<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"      \
	"<title>mcpd</title><style>body{font:16px sans-serif;margin:2em auto;"   \
	"max-width:60em}td{padding:.2em 1em .2em 0;vertical-align:top}"          \
	"pre{white-space:pre-wrap}</style></head><body>\n"                       \
	"<h1>mcpd</h1>\n<p>What this daemon answers to. The same for programs: " \
	"<a href=\"/openapi.json\">openapi.json</a>. Routes that are not open "  \
	"ask for <code>X-API-Key</code> or a Bearer token.</p>\n<table>\n"

static void add_route(TextBuffer *page, const ApiRoute *route, Arena *arena);
static void add_schema(TextBuffer *page, const char *title, JsonView schema);
static void add_schemas(TextBuffer *page, Arena *arena);
static void add_escaped(TextBuffer *page, const char *text, size_t length);

const char *
api_docs_page_print(const ApiRoute *const *tables, Arena *arena)
{
	TextBuffer *page = text_buffer_create(arena);

	text_buffer_add_text(page, HEAD);
	for (; *tables; tables++)
	{
		for (const ApiRoute *route = *tables; route->pattern; route++)
			add_route(page, route, arena);
	}
	text_buffer_add_text(page, "</table>\n<h2>Schemas</h2>\n");
	add_schemas(page, arena);
	text_buffer_add_text(page, "</body></html>\n");
	return text_buffer_text(page);
}

static void
add_route(TextBuffer *page, const ApiRoute *route, Arena *arena)
{
	JsonView known = api_openapi_find(route, arena);
	const char *summary =
		json_view_text(json_view_find(known, "summary"), arena);

	text_buffer_add_text(
		page,
		arena_print(arena,
	                "<tr><td>%s</td><td><code>%s</code></td><td>%s</td><td>",
	                api_openapi_method(route),
	                api_openapi_path(route, "/", arena),
	                route->access == API_OPEN ? "open" : ""));
	if (summary)
		add_escaped(page, summary, strlen(summary));
	add_schema(page, "query", json_view_find(known, "query"));
	add_schema(page, "body", json_view_find(known, "body"));
	add_schema(page, "answer", json_view_find(known, "answer"));
	text_buffer_add_text(page, "</td></tr>\n");
}

static void
add_schema(TextBuffer *page, const char *title, JsonView schema)
{
	if (schema.text == NULL)
		return;
	text_buffer_add_text(page, "<details><summary>");
	text_buffer_add_text(page, title);
	text_buffer_add_text(page, "</summary><pre>");
	add_escaped(page, schema.text, schema.length);
	text_buffer_add_text(page, "</pre></details>");
}

static void
add_schemas(TextBuffer *page, Arena *arena)
{
	JsonWalk walk = json_view_walk(
		json_view_find(json_view_trust(api_openapi_routes), "schemas"));

	while (json_view_next(&walk))
		add_schema(page, json_view_text(walk.name, arena), walk.value);
}

static void
add_escaped(TextBuffer *page, const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
	{
		if (text[i] == '<')
			text_buffer_add_text(page, "&lt;");
		else if (text[i] == '&')
			text_buffer_add_text(page, "&amp;");
		else
			text_buffer_add(page, &text[i], 1);
	}
}
