/*
 * api_route.c
 *		Which handler a method and a path lead to.
 *
 * A few dozen routes are compared one after the other: a request to the database
 * costs a hundred times as much.
 */
#include "api_route.h"

#include <stdbool.h>
#include <string.h>

typedef struct Segments
{
	const char *texts[API_MAX_SEGMENTS];
	int count;
} Segments;

static bool split(const char *path, Arena *arena, Segments *segments);
static bool
fits(const char *pattern, const Segments *segments, const char **parameters);

void
api_route_find(const ApiRoute *const *tables, HttpMethod method,
               const char *path, Arena *arena, ApiMatch *match)
{
	Segments segments;

	memset(match, 0, sizeof(*match));
	if (!split(path, arena, &segments))
		return;
	for (; *tables; tables++)
	{
		for (const ApiRoute *route = *tables; route->pattern; route++)
		{
			const char *parameters[API_MAX_PARAMETERS] = {NULL};

			if (!fits(route->pattern, &segments, parameters))
				continue;
			match->allowed |= 1u << route->method;
			if (route->method != method || match->route)
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
	};
	const char *list = "";

	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
	{
		if (allowed & (1u << methods[i].method))
			list = arena_print(
				arena, "%s%s%s", list, list[0] ? ", " : "", methods[i].names);
	}
	return list;
}

/* Returns false where the path is deeper than any route. */
static bool
split(const char *path, Arena *arena, Segments *segments)
{
	char *rest = arena_copy_text(arena, path);
	char *segment;

	segments->count = 0;
	while ((segment = strsep(&rest, "/")) != NULL)
	{
		if (segment[0] == '\0')
			continue;
		if (segments->count == API_MAX_SEGMENTS)
			return false;
		segments->texts[segments->count++] = segment;
	}
	return true;
}

static bool
fits(const char *pattern, const Segments *segments, const char **parameters)
{
	int taken = 0;

	for (int i = 0; i < segments->count; i++)
	{
		size_t length = strcspn(pattern, "/");

		if (length == 0)
			return false;
		if (length == 1 && pattern[0] == '*')
			parameters[taken++] = segments->texts[i];
		else if (strlen(segments->texts[i]) != length ||
		         strncmp(segments->texts[i], pattern, length) != 0)
			return false;
		pattern += length;
		if (*pattern == '/')
			pattern++;
	}
	return *pattern == '\0';
}
