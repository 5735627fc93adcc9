/*
 * api_prefer.c
 *		What a client would like better: the header Prefer (RFC 7240).
 *
 * Preferences stand between commas, their names in any case; the first of a name
 * counts.  Values may be quoted; parameters behind a semicolon mean nothing here.
 */
#include "api_prefer.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define BETWEEN " \t"

static int read_seconds(const char *text, size_t length);

ApiPreference
api_prefer(ApiRequest *request)
{
	ApiPreference preference = {.wait = -1};
	const char *at = http_header(request->http, "Prefer");

	while (at && *at)
	{
		size_t length = strcspn(at, ",");
		size_t name = strcspn(at, ",;=" BETWEEN);

		if (name == strlen("respond-async") &&
		    strncasecmp(at, "respond-async", name) == 0)
			preference.is_async = true;
		else if (name == strlen("wait") && strncasecmp(at, "wait", name) == 0 &&
		         preference.wait < 0)
			preference.wait = read_seconds(at + name, length - name);
		at += length;
		at += strspn(at, "," BETWEEN);
	}
	return preference;
}

void
api_prefer_applied(ApiRequest *request, const ApiPreference *preference)
{
	const char *text = preference->is_async ? "respond-async" : "";

	if (preference->wait >= 0)
		text = arena_print(request->arena,
		                   "%s%swait=%d",
		                   text,
		                   *text ? ", " : "",
		                   preference->wait);
	http_add_header(request->http, "Preference-Applied", text);
}

/* Of what stands behind the name: an equals sign and digits. -1: not so. */
static int
read_seconds(const char *text, size_t length)
{
	size_t at = 0;
	long seconds;

	while (at < length && strchr(BETWEEN "=\"", text[at]))
		at++;
	if (at == length || !isdigit((unsigned char) text[at]))
		return -1;
	seconds = strtol(text + at, NULL, 10);
	return seconds > API_WAIT_MAX ? API_WAIT_MAX : (int) seconds;
}
