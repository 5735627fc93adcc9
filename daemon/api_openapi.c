/*
 * api_openapi.c
 *		The routes told to others: an OpenAPI 3.1 document.
 */
#include "api_openapi.h"

#include "api_openapi_routes.h"
#include "json_write.h"

#include <string.h>

/* Of the "*" of a pattern, the first and the second. */
static const char *const parameter_names[] = {"id", "name"};

#define MOST_PARAMETERS 2

#define PROBLEM "{\"$ref\": \"#/components/schemas/Problem\"}"

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
static void write_query(JsonWriter *writer, JsonView query);
static void
write_responses(JsonWriter *writer, const ApiRoute *route, JsonView answer);
static void
write_content(JsonWriter *writer, const char *type, JsonView schema);
static void
write_member(JsonWriter *writer, const char *name, const char *text);

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

JsonView
api_openapi_find(const ApiRoute *route, Arena *arena)
{
	JsonView routes =
		json_view_find(json_view_trust(api_openapi_routes), "routes");

	return json_view_find(
		routes,
		arena_print(arena, "%s %s", api_openapi_method(route), route->pattern));
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

	json_write_name(writer, "components");
	json_write_open(writer, '{');
	json_write_name(writer, "securitySchemes");
	json_write_open(writer, '{');
	write_scheme(writer, "key", key);
	write_scheme(writer, "token", token);
	json_write_close(writer, '}');
	json_write_name(writer, "schemas");
	json_write_view(
		writer, json_view_find(json_view_trust(api_openapi_routes), "schemas"));
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
	json_write_name(writer, api_openapi_path(first, "/", arena));
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
	JsonView known = api_openapi_find(route, arena);

	json_write_name(writer, name);
	json_write_open(writer, '{');
	json_write_name(writer, "summary");
	json_write_view(writer, json_view_find(known, "summary"));
	write_query(writer, json_view_find(known, "query"));
	write_member(
		writer,
		"operationId",
		arena_print(arena, "%s%s", name, api_openapi_path(route, "_", arena)));
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
		write_content(
			writer, "application/json", json_view_find(known, "body"));
		json_write_close(writer, '}');
	}
	write_responses(writer, route, json_view_find(known, "answer"));
	json_write_close(writer, '}');
}

/* query: schemas by name. */
static void
write_query(JsonWriter *writer, JsonView query)
{
	JsonWalk walk = json_view_walk(query);

	json_write_name(writer, "parameters");
	json_write_open(writer, '[');
	while (json_view_next(&walk))
	{
		json_write_open(writer, '{');
		json_write_name(writer, "name");
		json_write_view(writer, walk.name);
		write_member(writer, "in", "query");
		json_write_name(writer, "schema");
		json_write_view(writer, walk.value);
		json_write_close(writer, '}');
	}
	json_write_close(writer, ']');
}

static void
write_responses(JsonWriter *writer, const ApiRoute *route, JsonView answer)
{
	json_write_name(writer, "responses");
	json_write_open(writer, '{');
	json_write_name(writer, "2XX");
	json_write_open(writer, '{');
	write_member(writer, "description", "done");
	if (route->method != HTTP_DELETE)
		write_content(writer, api_route_type(route), answer);
	json_write_close(writer, '}');
	json_write_name(writer, "default");
	json_write_open(writer, '{');
	write_member(writer, "description", "what went wrong");
	write_content(writer, "application/problem+json", json_view_trust(PROBLEM));
	json_write_close(writer, '}');
	json_write_close(writer, '}');
}

/* schema absent: of any form. */
static void
write_content(JsonWriter *writer, const char *type, JsonView schema)
{
	json_write_name(writer, "content");
	json_write_open(writer, '{');
	json_write_name(writer, type);
	json_write_open(writer, '{');
	if (schema.text)
	{
		json_write_name(writer, "schema");
		json_write_view(writer, schema);
	}
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
const char *
api_openapi_path(const ApiRoute *route, const char *between, Arena *arena)
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

const char *
api_openapi_method(const ApiRoute *route)
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
