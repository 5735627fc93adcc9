/*
 * api_route.c
 *		Which handler a method and a path lead to.
 *
 * Some hundred routes are compared one after the other, nearly all of them by
 * their first letter alone.
 */
#include "api_route.h"

#include <stdbool.h>
#include <string.h>

static bool
fits(const char *pattern, const HttpUri *uri, const char **parameters);

void
api_route_find(const ApiRoute *const *tables, HttpMethod method,
               const HttpUri *uri, ApiMatch *match)
{
	char letter = uri->depth > 0 ? uri->segments[0][0] : '\0';
	const char *pattern = NULL;

	memset(match, 0, sizeof(*match));
	for (; *tables; tables++)
	{
		for (const ApiRoute *route = *tables; route->pattern; route++)
		{
			const char *parameters[API_MAX_PARAMETERS];

			if (route->pattern[0] != letter && route->pattern[0] != '*')
				continue;
			if (pattern && strcmp(route->pattern, pattern) != 0)
				continue;
			memset(parameters, 0, sizeof(parameters));
			if (!fits(route->pattern, uri, parameters))
				continue;
			pattern = route->pattern;
			match->allowed |= 1u << route->method;
			if (route->method != method)
				continue;
			match->route = route;
			memcpy(match->parameters, parameters, sizeof(parameters));
		}
	}
}

const char *
api_route_allow(unsigned int allowed, Arena *arena)
{
	static const struct
	{
		HttpMethod method;
		const char *names;
	} methods[] = {
		{HTTP_GET, "GET, HEAD"},
		{HTTP_POST, "POST"},
		{HTTP_PUT, "PUT"},
		{HTTP_DELETE, "DELETE"},
		{HTTP_OPTIONS, "OPTIONS"},
	};
	const char *list = "";

	allowed |= 1u << HTTP_OPTIONS; /* which every path has */

	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
	{
		if (allowed & (1u << methods[i].method))
			list = arena_print(
				arena, "%s%s%s", list, list[0] ? ", " : "", methods[i].names);
	}
	return list;
}

const char *
api_route_type(const ApiRoute *route)
{
	static const struct
	{
		const char *pattern;
		const char *type;
	} others[] = {
		{"metrics", "text/plain"},
		{"docs", "text/html"},
		{"workflows/runs/events", "text/event-stream"},
		{"workflows/runs/*/artifacts/*", "*/*"},
	};

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
	{
		if (strcmp(route->pattern, others[i].pattern) == 0)
			return others[i].type;
	}
	return "application/json";
}

const char *
api_route_other_type(const ApiRoute *route)
{
	return strcmp(route->pattern, "workflows/runs/*/events") == 0
	           ? "text/event-stream"
	           : NULL;
}

static bool
fits(const char *pattern, const HttpUri *uri, const char **parameters)
{
	int taken = 0;

	if (uri->depth > HTTP_URI_DEPTH)
		return false;
	for (int i = 0; i < uri->depth; i++)
	{
		const char *segment = uri->segments[i];

		if (*pattern == '\0' || *segment == '\0')
			return false;
		if (pattern[0] == '*' && (pattern[1] == '/' || pattern[1] == '\0'))
		{
			parameters[taken++] = segment;
			pattern++;
		}
		else
		{
			while (*segment && *segment == *pattern)
			{
				segment++;
				pattern++;
			}
			if (*segment || (*pattern && *pattern != '/'))
				return false;
		}
		if (*pattern == '/')
			pattern++;
	}
	return *pattern == '\0';
}
