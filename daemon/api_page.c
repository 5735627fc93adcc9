/*
 * api_page.c
 *		The pages of a list: where the next one is.
 */
#include "api_page.h"

#include "percent.h"

#include <string.h>

static bool is_place(const char *name);
static const char *encode(Arena *arena, const char *text);

void
api_page_add_next(ApiRequest *request, long rows, const char *last)
{
	const HttpUri *uri = http_uri(request->http);
	Arena *arena = request->arena;
	const char *place;
	const char *target;

	if (request->page_limit == 0 || rows < request->page_limit)
		return;
	if (last)
		place = arena_print(arena, "after=%s", encode(arena, last));
	else
		place = arena_print(
			arena, "skip=%d", request->page_skip + request->page_limit);
	target = arena_print(
		arena, "%s?%s&limit=%d", uri->path, place, request->page_limit);
	for (const HttpUriPair *one = uri->query; one; one = one->next)
	{
		if (!is_place(one->name))
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

/* What says which page it is, and not of what. */
static bool
is_place(const char *name)
{
	return strcmp(name, "skip") == 0 || strcmp(name, "limit") == 0 ||
	       strcmp(name, "after") == 0;
}

static const char *
encode(Arena *arena, const char *text)
{
	char *encoded = arena_alloc(arena, 3 * strlen(text) + 1);

	percent_encode(encoded, text);
	return encoded;
}
