/*
 * api_openapi.c
 *		The routes told to others: an OpenAPI 3.1 document, and a page.
 */
#include "api_openapi.h"

#include "json_write.h"

#include <string.h>

/* Of the "*" of a pattern, the first and the second. */
static const char *const parameter_names[] = {"id", "name"};

#define MOST_PARAMETERS 2

static void write_info(JsonWriter *writer);
static void write_components(JsonWriter *writer);
static void
write_scheme(JsonWriter *writer, const char *name, const char *const *members);
static void
write_paths(JsonWriter *writer, const ApiRoute *const *tables, Arena *arena);
static bool
is_first_of_pattern(const ApiRoute *const *tables, const ApiRoute *route);
static void write_path(JsonWriter *writer, const ApiRoute *const *tables,
                       const ApiRoute *first, Arena *arena);
static void
write_operation(JsonWriter *writer, const ApiRoute *route, Arena *arena);
static void write_parameters(JsonWriter *writer, const ApiRoute *route);
static void write_responses(JsonWriter *writer, const ApiRoute *route);
static void
write_content(JsonWriter *writer, const char *type, const char *reference);
static void
write_member(JsonWriter *writer, const char *name, const char *text);
static const char *
path_of(const ApiRoute *route, const char *between, Arena *arena);
static const char *method_of(const ApiRoute *route);

const char *
api_openapi_print(const ApiRoute *const *tables, Arena *arena)
{
	JsonWriter *writer = json_writer_create();
	const char *text;

	json_write_open(writer, '{');
	write_member(writer, "openapi", "3.1.0");
	write_info(writer);
	write_paths(writer, tables, arena);
	write_components(writer);
	json_write_close(writer, '}');
	text = arena_copy_text(arena, json_writer_text(writer));
	json_writer_destroy(writer);
	return text;
}

const char *
api_openapi_print_page(const ApiRoute *const *tables, Arena *arena)
{
	const char *rows = "";

	for (; *tables; tables++)
	{
		for (const ApiRoute *route = *tables; route->pattern; route++)
			rows = arena_print(
				arena,
				"%s<tr><td>%s</td><td><code>%s</code></td><td>%s</td></tr>\n",
				rows,
				method_of(route),
				path_of(route, "/", arena),
				route->access == API_OPEN ? "open" : "");
	}
	return arena_print(
		arena,
		"<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
		"<title>mcpd</title><style>body{font:16px sans-serif;margin:2em auto;"
		"max-width:50em}td{padding:.2em 1em .2em 0}</style></head><body>\n"
		"<h1>mcpd</h1>\n<p>What this daemon answers to. The same for programs: "
		"<a href=\"/openapi.json\">openapi.json</a>. Routes that are not open "
		"ask for <code>X-API-Key</code> or a Bearer token.</p>\n<table>\n%s"
		"</table></body></html>\n",
		rows);
}

static void
write_info(JsonWriter *writer)
{
	json_write_name(writer, "info");
	json_write_open(writer, '{');
	write_member(writer, "title", "mcpd");
	write_member(writer,
	             "description",
	             "MCPs, workflows and their runs, kept in PostgreSQL.");
	write_member(writer, "version", "1");
	json_write_close(writer, '}');
}

static void
write_components(JsonWriter *writer)
{
	static const char *const key[] = {
		"type", "apiKey", "in", "header", "name", "X-API-Key", NULL};
	static const char *const token[] = {
		"type", "http", "scheme", "bearer", "bearerFormat", "JWT", NULL};
	static const char *const members[] = {
		"type", "title", "detail", "code", "request_id"};

	json_write_name(writer, "components");
	json_write_open(writer, '{');
	json_write_name(writer, "securitySchemes");
	json_write_open(writer, '{');
	write_scheme(writer, "key", key);
	write_scheme(writer, "token", token);
	json_write_close(writer, '}');
	json_write_name(writer, "schemas");
	json_write_open(writer, '{');
	json_write_name(writer, "Problem");
	json_write_open(writer, '{');
	write_member(writer, "type", "object");
	write_member(writer, "description", "RFC 9457");
	json_write_name(writer, "required");
	json_write_open(writer, '[');
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		json_write_text(writer, members[i]);
	json_write_text(writer, "status");
	json_write_close(writer, ']');
	json_write_close(writer, '}');
	json_write_close(writer, '}');
	json_write_close(writer, '}');
}

/* members: names and values by turns, ended by NULL. */
static void
write_scheme(JsonWriter *writer, const char *name, const char *const *members)
{
	json_write_name(writer, name);
	json_write_open(writer, '{');
	for (; *members; members += 2)
		write_member(writer, members[0], members[1]);
	json_write_close(writer, '}');
}

static void
write_paths(JsonWriter *writer, const ApiRoute *const *tables, Arena *arena)
{
	json_write_name(writer, "paths");
	json_write_open(writer, '{');
	for (const ApiRoute *const *table = tables; *table; table++)
	{
		for (const ApiRoute *route = *table; route->pattern; route++)
		{
			if (is_first_of_pattern(tables, route))
				write_path(writer, tables, route, arena);
		}
	}
	json_write_close(writer, '}');
}

static bool
is_first_of_pattern(const ApiRoute *const *tables, const ApiRoute *route)
{
	for (; *tables; tables++)
	{
		for (const ApiRoute *one = *tables; one->pattern; one++)
		{
			if (strcmp(one->pattern, route->pattern) == 0)
				return one == route;
		}
	}
	return false;
}

static void
write_path(JsonWriter *writer, const ApiRoute *const *tables,
           const ApiRoute *first, Arena *arena)
{
	json_write_name(writer, path_of(first, "/", arena));
	json_write_open(writer, '{');
	write_parameters(writer, first);
	for (; *tables; tables++)
	{
		for (const ApiRoute *one = *tables; one->pattern; one++)
		{
			if (strcmp(one->pattern, first->pattern) == 0)
				write_operation(writer, one, arena);
		}
	}
	json_write_close(writer, '}');
}

static void
write_parameters(JsonWriter *writer, const ApiRoute *route)
{
	const char *star = strchr(route->pattern, '*');

	if (star == NULL)
		return;
	json_write_name(writer, "parameters");
	json_write_open(writer, '[');
	for (int i = 0; star && i < MOST_PARAMETERS; i++)
	{
		json_write_open(writer, '{');
		write_member(writer, "name", parameter_names[i]);
		write_member(writer, "in", "path");
		json_write_name(writer, "required");
		json_write_bool(writer, true);
		json_write_name(writer, "schema");
		json_write_open(writer, '{');
		write_member(writer, "type", "string");
		json_write_close(writer, '}');
		json_write_close(writer, '}');
		star = strchr(star + 1, '*');
	}
	json_write_close(writer, ']');
}

static void
write_operation(JsonWriter *writer, const ApiRoute *route, Arena *arena)
{
	static const char *const names[] = {
		[HTTP_OTHER] = "trace",
		[HTTP_GET] = "get",
		[HTTP_POST] = "post",
		[HTTP_PUT] = "put",
		[HTTP_DELETE] = "delete",
		[HTTP_OPTIONS] = "options",
	};
	const char *name = names[route->method];

	json_write_name(writer, name);
	json_write_open(writer, '{');
	write_member(writer,
	             "operationId",
	             arena_print(arena, "%s%s", name, path_of(route, "_", arena)));
	json_write_name(writer, "tags");
	json_write_open(writer, '[');
	json_write_bytes(writer, route->pattern, strcspn(route->pattern, "/"));
	json_write_close(writer, ']');
	json_write_name(writer, "security");
	json_write_open(writer, '[');
	for (int i = 0; route->access == API_KNOWN && i < 2; i++)
	{
		json_write_open(writer, '{');
		json_write_name(writer, i == 0 ? "key" : "token");
		json_write_open(writer, '[');
		json_write_close(writer, ']');
		json_write_close(writer, '}');
	}
	json_write_close(writer, ']');
	if (route->method == HTTP_POST || route->method == HTTP_PUT)
	{
		json_write_name(writer, "requestBody");
		json_write_open(writer, '{');
		write_content(writer, "application/json", NULL);
		json_write_close(writer, '}');
	}
	write_responses(writer, route);
	json_write_close(writer, '}');
}

static void
write_responses(JsonWriter *writer, const ApiRoute *route)
{
	json_write_name(writer, "responses");
	json_write_open(writer, '{');
	json_write_name(writer, "2XX");
	json_write_open(writer, '{');
	write_member(writer, "description", "done");
	if (route->method != HTTP_DELETE)
		write_content(writer, api_route_type(route), NULL);
	json_write_close(writer, '}');
	json_write_name(writer, "default");
	json_write_open(writer, '{');
	write_member(writer, "description", "what went wrong");
	write_content(
		writer, "application/problem+json", "#/components/schemas/Problem");
	json_write_close(writer, '}');
	json_write_close(writer, '}');
}

/* reference NULL: of any form. */
static void
write_content(JsonWriter *writer, const char *type, const char *reference)
{
	json_write_name(writer, "content");
	json_write_open(writer, '{');
	json_write_name(writer, type);
	json_write_open(writer, '{');
	json_write_name(writer, "schema");
	json_write_open(writer, '{');
	if (reference)
		write_member(writer, "$ref", reference);
	json_write_close(writer, '}');
	json_write_close(writer, '}');
	json_write_close(writer, '}');
}

static void
write_member(JsonWriter *writer, const char *name, const char *text)
{
	json_write_name(writer, name);
	json_write_text(writer, text);
}

/* A pattern with names for its stars: "/context/{id}", or "_context_id". */
static const char *
path_of(const ApiRoute *route, const char *between, Arena *arena)
{
	const char *pattern = route->pattern;
	const char *path = "";
	int stars = 0;

	while (*pattern)
	{
		size_t length = strcspn(pattern, "/");
		const char *segment = arena_copy(arena, pattern, length);

		if (strcmp(segment, "*") == 0)
		{
			segment = parameter_names[stars++ % MOST_PARAMETERS];
			if (*between == '/')
				segment = arena_print(arena, "{%s}", segment);
		}
		path = arena_print(arena, "%s%s%s", path, between, segment);
		pattern += length;
		if (*pattern == '/')
			pattern++;
	}
	return path;
}

static const char *
method_of(const ApiRoute *route)
{
	switch (route->method)
	{
		case HTTP_GET:
			return "GET";
		case HTTP_POST:
			return "POST";
		case HTTP_PUT:
			return "PUT";
		case HTTP_DELETE:
			return "DELETE";
		case HTTP_OPTIONS:
			return "OPTIONS";
		case HTTP_OTHER:
			break;
	}
	return "";
}
