/*
 * api_page.c
 *		The pages of a list: where the next one is.
 */
#include "api_page.h"

#include "percent.h"

#include <stdlib.h>
#include <string.h>

static const char *encode(Arena *arena, const char *text);

void
api_page_add_next(ApiRequest *request, const char *rows)
{
	const HttpUri *uri = http_uri(request->http);
	Arena *arena = request->arena;
	const char *target;

	if (request->page_limit == 0 || rows == NULL ||
	    strtol(rows, NULL, 10) < request->page_limit)
		return;
	target = arena_print(arena,
	                     "%s?skip=%d&limit=%d",
	                     uri->path,
	                     request->page_skip + request->page_limit,
	                     request->page_limit);
	for (const HttpUriPair *one = uri->query; one; one = one->next)
	{
		if (strcmp(one->name, "skip") != 0 && strcmp(one->name, "limit") != 0)
			target = arena_print(arena,
			                     "%s&%s=%s",
			                     target,
			                     encode(arena, one->name),
			                     encode(arena, one->value));
	}
	http_add_header(request->http,
	                "Link",
	                arena_print(arena, "<%s>; rel=\"next\"", target));
}

static const char *
encode(Arena *arena, const char *text)
{
	char *encoded = arena_alloc(arena, 3 * strlen(text) + 1);

	percent_encode(encoded, text);
	return encoded;
}
