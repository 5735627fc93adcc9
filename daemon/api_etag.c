/*
 * api_etag.c
 *		Entity tags: what a client has already, and what he believes he changes.
 */
#include "api_etag.h"

#include "base64url.h"
#include "problem.h"

#include <openssl/evp.h>
#include <string.h>

#define DIGEST 32
#define TAG_BYTES 16 /* of the digest: enough to tell answers apart */

/* Before the number of a revision, so that it is no other tag. */
#define REVISION 'r'
#define LONGEST_REVISION 9 /* digits of an integer */

static bool is_among(const char *list, const char *tag);
static const char *read_revision(ApiRequest *request, const char *header);

const char *
api_etag_make(Arena *arena, const char *revision, const char *bytes,
              size_t length)
{
	unsigned char digest[DIGEST];

	if (revision)
		return arena_print(arena, "\"%c%s\"", REVISION, revision);
	EVP_Digest(bytes, length, digest, NULL, EVP_sha256(), NULL);
	return arena_print(
		arena, "\"%s\"", base64url_print(arena, digest, TAG_BYTES));
}

bool
api_etag_add(ApiRequest *request, const char *tag)
{
	const char *known = http_header(request->http, "If-None-Match");

	http_add_header(request->http, "ETag", tag);
	return known && is_among(known, tag);
}

bool
api_etag_expected(ApiRequest *request, const char **revision)
{
	const char *header = http_header(request->http, "If-Match");

	*revision = NULL;
	if (header == NULL && request->world->requires_if_match)
	{
		problem_answer_code(
			request->http,
			428,
			"say with If-Match which revision is to be changed");
		return false;
	}
	if (header == NULL || strcmp(header, "*") == 0)
		return true;
	*revision = read_revision(request, header);
	if (*revision)
		return true;
	problem_answer_code(
		request->http, 412, "If-Match names no revision of this");
	return false;
}

/* Compared weakly (RFC 9110, 13.1.2); our tags have no comma in them. */
static bool
is_among(const char *list, const char *tag)
{
	size_t length = strlen(tag);

	if (strcmp(list, "*") == 0)
		return true;
	for (;;)
	{
		size_t one;

		list += strspn(list, ", \t");
		if (strncmp(list, "W/", 2) == 0)
			list += 2;
		one = strcspn(list, ", \t");
		if (one == 0)
			return false;
		if (one == length && strncmp(list, tag, length) == 0)
			return true;
		list += one;
	}
}

/* The digits between "r and ", NULL where there are none. */
static const char *
read_revision(ApiRequest *request, const char *header)
{
	size_t digits;

	if (strncmp(header, "W/", 2) == 0)
		header += 2;
	if (header[0] != '"' || header[1] != REVISION)
		return NULL;
	header += 2;
	digits = strspn(header, "0123456789");
	if (digits == 0 || digits > LONGEST_REVISION ||
	    strcmp(header + digits, "\"") != 0)
		return NULL;
	return arena_copy(request->arena, header, digits);
}
