/*
 * http_uri.c
 *		What a request's target names: segments of a path, and a query.
 */
#include "http_uri.h"

#include "percent.h"

#include <string.h>

static const char *skip_origin(const char *target);
static bool parse_path(char *path, HttpUri *uri);
static bool parse_query(Arena *arena, char *query, HttpUri *uri);
static bool decode_form(char *text);

bool
http_uri_parse(Arena *arena, const char *target, HttpUri *uri)
{
	const char *start = skip_origin(target);
	size_t length = strcspn(start, "?#");
	const char *query = start[length] == '?' ? start + length + 1 : "";

	memset(uri, 0, sizeof(*uri));
	uri->path = arena_copy(arena, start, length);
	if (*uri->path != '/')
		return false;
	return parse_path(arena_copy(arena, start, length), uri) &&
	       parse_query(
			   arena, arena_copy(arena, query, strcspn(query, "#")), uri);
}

const char *
http_uri_find(const HttpUri *uri, const char *name)
{
	for (const HttpUriPair *pair = uri->query; pair; pair = pair->next)
	{
		if (strcmp(pair->name, name) == 0)
			return pair->value;
	}
	return NULL;
}

/* "http://host/path" is a target too (RFC 9112, 3.2.2): the host is ours. */
static const char *
skip_origin(const char *target)
{
	size_t scheme = strncmp(target, "http://", 7) == 0    ? 7
	                : strncmp(target, "https://", 8) == 0 ? 8
	                                                      : 0;
	const char *path;

	if (scheme == 0)
		return target;
	path = target + scheme + strcspn(target + scheme, "/?#");
	return *path == '/' ? path : "/";
}

/* An empty segment in the middle stays: it is no id, and fits no route. */
static bool
parse_path(char *path, HttpUri *uri)
{
	char *rest = path + 1;
	char *segment;

	while ((segment = strsep(&rest, "/")) != NULL)
	{
		if (rest == NULL && *segment == '\0')
			break;
		if (!percent_decode(segment))
			return false;
		if (uri->depth == HTTP_URI_DEPTH)
		{
			uri->depth++;
			break;
		}
		uri->segments[uri->depth++] = segment;
	}
	return true;
}

static bool
parse_query(Arena *arena, char *query, HttpUri *uri)
{
	HttpUriPair **end = &uri->query;
	char *rest = query;
	char *name;

	while ((name = strsep(&rest, "&")) != NULL)
	{
		HttpUriPair *pair;
		char *value = strchr(name, '=');

		if (*name == '\0')
			continue;
		if (value)
			*value++ = '\0';
		else
			value = name + strlen(name);
		if (!decode_form(name) || !decode_form(value))
			return false;
		pair = arena_alloc(arena, sizeof(*pair));
		pair->name = name;
		pair->value = value;
		*end = pair;
		end = &pair->next;
	}
	return true;
}

/* In a query, and only there, "+" is a blank. */
static bool
decode_form(char *text)
{
	for (char *at = text; *at; at++)
	{
		if (*at == '+')
			*at = ' ';
	}
	return percent_decode(text);
}
