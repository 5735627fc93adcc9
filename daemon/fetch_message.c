/*
 * fetch_message.c
 *		What a request says: its method, headers and body, as libcurl is told.
 *
 * libcurl adds headers of its own: those of a form, and a question before it
 * sends a body, which many servers leave unanswered.  Here they are taken out, so
 * that what is sent is what the request says.
 */
#include "fetch_message.h"

#include <string.h>
#include <strings.h>

static void set_body(CURL *handle, const FetchRequest *request,
                     struct curl_slist **headers);
static bool is_expected_to_send(const char *method);
static bool has_header(const FetchRequest *request, const char *name);

struct curl_slist *
fetch_message_set(CURL *handle, Arena *arena, const FetchRequest *request)
{
	struct curl_slist *headers = NULL;

	for (int i = 0; i < request->header_count; i++)
	{
		const FetchHeader *header = &request->headers[i];
		/* A colon with nothing behind it would take the header out. */
		const char *line =
			*header->value
				? arena_print(arena, "%s: %s", header->name, header->value)
				: arena_print(arena, "%s;", header->name);

		headers = curl_slist_append(headers, line);
	}
	headers = curl_slist_append(headers, "Expect:");
	set_body(handle, request, &headers);
	curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(handle, CURLOPT_USERAGENT, "mcpd");
	return headers;
}

static void
set_body(CURL *handle, const FetchRequest *request, struct curl_slist **headers)
{
	if (strcmp(request->method, "HEAD") == 0)
	{
		curl_easy_setopt(handle, CURLOPT_NOBODY, 1L);
		return;
	}
	if (request->body == NULL && !is_expected_to_send(request->method))
	{
		if (strcmp(request->method, "GET") != 0)
			curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, request->method);
		return;
	}
	/* curl's own idea of a content type is a form's. */
	if (!has_header(request, "Content-Type"))
		*headers = curl_slist_append(*headers, "Content-Type:");
	curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, request->method);
	curl_easy_setopt(
		handle, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t) request->body_length);
	curl_easy_setopt(
		handle, CURLOPT_POSTFIELDS, request->body ? request->body : "");
}

/* Those say that their body has no bytes; servers refuse them otherwise. */
static bool
is_expected_to_send(const char *method)
{
	return strcmp(method, "POST") == 0 || strcmp(method, "PUT") == 0 ||
	       strcmp(method, "PATCH") == 0;
}

static bool
has_header(const FetchRequest *request, const char *name)
{
	for (int i = 0; i < request->header_count; i++)
	{
		if (strcasecmp(request->headers[i].name, name) == 0)
			return true;
	}
	return false;
}
