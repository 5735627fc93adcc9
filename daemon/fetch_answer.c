/*
 * fetch_answer.c
 *		What a server answered, but for the body: as libcurl has it, taken along.
 */
#include "fetch_answer.h"

#include "fetch_retry_after.h"

#include <strings.h>

/* Headers that are kept; who sends more has no use for them here. */
#define HEADERS_MAX 256

static void read_headers(CURL *handle, Arena *arena, FetchAnswer *answer);

void
fetch_answer_read(CURL *handle, Arena *arena, FetchAnswer *answer)
{
	long status = 0;
	const char *redirect = NULL;

	curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(handle, CURLINFO_REDIRECT_URL, &redirect);
	answer->status = (int) status;
	if (redirect)
		answer->redirect = arena_copy_text(arena, redirect);
	read_headers(handle, arena, answer);
	answer->retry_after =
		fetch_retry_after(fetch_find_header(answer, "Retry-After"));
}

const char *
fetch_find_header(const FetchAnswer *answer, const char *name)
{
	for (int i = answer->header_count - 1; i >= 0; i--)
	{
		if (strcasecmp(answer->headers[i].name, name) == 0)
			return answer->headers[i].value;
	}
	return NULL;
}

static void
read_headers(CURL *handle, Arena *arena, FetchAnswer *answer)
{
	FetchHeader *headers = arena_alloc(arena, HEADERS_MAX * sizeof(*headers));
	struct curl_header *header = NULL;
	int count = 0;

	while (count < HEADERS_MAX &&
	       (header = curl_easy_nextheader(handle, CURLH_HEADER, -1, header)) !=
	           NULL)
	{
		headers[count].name = arena_copy_text(arena, header->name);
		headers[count].value = arena_copy_text(arena, header->value);
		count++;
	}
	answer->headers = headers;
	answer->header_count = count;
}
