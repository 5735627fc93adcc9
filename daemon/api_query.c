/*
 * api_query.c
 *		What the query of a request asks for, checked.
 */
#include "api_query.h"

#include "problem.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define LARGEST_PAGE 500

static bool parse_number(const char *text, long *value);

bool
api_query_page(ApiRequest *request, const char **skip, const char **limit)
{
	if (!api_query_number(request, "skip", 0, INT_MAX, "0", skip) ||
	    !api_query_number(request, "limit", 1, LARGEST_PAGE, "100", limit))
		return false;
	request->page_skip = (int) strtol(*skip, NULL, 10);
	request->page_limit = (int) strtol(*limit, NULL, 10);
	return true;
}

bool
api_query_number(ApiRequest *request, const char *name, long low, long high,
                 const char *fallback, const char **value)
{
	const char *text = http_uri_find(http_uri(request->http), name);
	long number;

	*value = fallback;
	if (text == NULL)
		return true;
	if (parse_number(text, &number) && number >= low && number <= high)
	{
		*value = arena_print(request->arena, "%ld", number);
		return true;
	}
	problem_answer_query(request->http,
	                     name,
	                     arena_print(request->arena,
	                                 "must be a whole number from %ld to %ld",
	                                 low,
	                                 high),
	                     NULL);
	return false;
}

bool
api_query_flag(ApiRequest *request, const char *name, const char **value)
{
	const char *text = http_uri_find(http_uri(request->http), name);

	*value = "false";
	if (text == NULL)
		return true;
	if (strcasecmp(text, "true") == 0 || strcmp(text, "1") == 0)
		*value = "true";
	else if (strcasecmp(text, "false") != 0 && strcmp(text, "0") != 0)
	{
		problem_answer_query(
			request->http, name, "must be true or false", NULL);
		return false;
	}
	return true;
}

const char *
api_query_text(ApiRequest *request, const char *name)
{
	const char *text = http_uri_find(http_uri(request->http), name);

	return text && text[0] ? text : NULL;
}

static bool
parse_number(const char *text, long *value)
{
	char *end;

	errno = 0;
	*value = strtol(text, &end, 10);
	return errno == 0 && end != text && *end == '\0';
}
