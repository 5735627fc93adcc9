/*
 * fetch_url.c
 *		Two URLs beside each other, for whoever follows a redirect.
 */
#include "fetch_url.h"

#include <curl/curl.h>
#include <string.h>
#include <strings.h>

static bool is_same_part(const char *a, const char *b, CURLUPart part);
static char *get_part(const char *url, CURLUPart part);

bool
fetch_url_is_same_origin(const char *a, const char *b)
{
	return is_same_part(a, b, CURLUPART_SCHEME) &&
	       is_same_part(a, b, CURLUPART_HOST) &&
	       is_same_part(a, b, CURLUPART_PORT);
}

bool
fetch_url_is_downgrade(const char *from, const char *to)
{
	return strncasecmp(from, "https:", 6) == 0 &&
	       strncasecmp(to, "https:", 6) != 0;
}

static bool
is_same_part(const char *a, const char *b, CURLUPart part)
{
	char *first = get_part(a, part);
	char *second = get_part(b, part);
	bool is_same = first && second && strcasecmp(first, second) == 0;

	curl_free(first);
	curl_free(second);
	return is_same;
}

/* NULL for what is no URL. */
static char *
get_part(const char *url, CURLUPart part)
{
	CURLU *parsed = curl_url();
	char *text = NULL;

	if (curl_url_set(parsed, CURLUPART_URL, url, 0) == CURLUE_OK)
		curl_url_get(parsed, part, &text, CURLU_DEFAULT_PORT);
	curl_url_cleanup(parsed);
	return text;
}
