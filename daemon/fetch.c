/*
 * fetch.c
 *		One request to somebody's HTTP server, and its answer.
 */
#include "fetch.h"

#include "fetch_answer.h"
#include "fetch_message.h"
#include "fetch_multi.h"
#include "loop.h"
#include "memory.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Bytes of headers: more is an attack. */
#define HEADER_LIMIT ((size_t) 256 * 1024)

/* Milliseconds: a server that is there answers sooner. */
#define CONNECT_TIME 30000

struct Fetch
{
	Fetcher *fetcher;
	Arena *arena;
	FetchRequest request;
	FetchCallback callback;
	void *context;

	CURL *handle;
	CURLU *url;
	struct curl_slist *headers;
	const char *host;

	char *body;
	size_t length;
	size_t size;
	size_t header_bytes;
	FetchEnd end;    /* why we ended it, if we did */
	bool is_refused; /* an address was */
	char problem[CURL_ERROR_SIZE];
};

static bool set_up(Fetch *fetch);
static bool take_url(Fetch *fetch);
static void set_security(Fetch *fetch);
static void set_callbacks(Fetch *fetch);
static curl_socket_t
open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address);
static size_t
take_header(char *bytes, size_t size, size_t count, void *context);
static size_t take_body(char *bytes, size_t size, size_t count, void *context);
static void keep(Fetch *fetch, const char *bytes, size_t length);
static void ended(void *context, CURLcode code);
static void tell_bad_url(void *context);
static FetchEnd find_end(const Fetch *fetch, CURLcode code);
static const char *explain(const Fetch *fetch, FetchEnd end, CURLcode code);
static void take_answer(Fetch *fetch, FetchAnswer *answer);
static void destroy(Fetch *fetch);

Fetch *
fetch_start(Fetcher *fetcher, Arena *arena, const FetchRequest *request,
            FetchCallback callback, void *context)
{
	Fetch *fetch = memory_alloc(sizeof(*fetch));

	fetch->fetcher = fetcher;
	fetch->arena = arena;
	fetch->request = *request;
	fetch->callback = callback;
	fetch->context = context;
	fetch->end = FETCH_ANSWERED;
	fetch->handle = curl_easy_init();
	if (fetch->handle == NULL)
		abort();
	if (set_up(fetch))
		fetch_multi_add(fetcher, fetch->handle, ended, fetch);
	else
		loop_defer(tell_bad_url, fetch);
	return fetch;
}

void
fetch_stop(Fetch *fetch)
{
	if (fetch->end == FETCH_BAD_URL)
	{
		/* It is being told already; nobody hears it. */
		fetch->callback = NULL;
		return;
	}
	fetch_multi_remove(fetch->fetcher, fetch->handle);
	destroy(fetch);
}

static bool
set_up(Fetch *fetch)
{
	if (!take_url(fetch))
	{
		fetch->end = FETCH_BAD_URL;
		return false;
	}
	set_security(fetch);
	fetch->headers =
		fetch_message_set(fetch->handle, fetch->arena, &fetch->request);
	set_callbacks(fetch);
	return true;
}

/* curl connects to what was parsed here, so no second parser can differ. */
static bool
take_url(Fetch *fetch)
{
	char *scheme = NULL;
	char *host = NULL;
	bool is_fine;

	fetch->url = curl_url();
	if (fetch->url == NULL)
		abort();
	is_fine =
		curl_url_set(fetch->url,
	                 CURLUPART_URL,
	                 fetch->request.url,
	                 CURLU_DISALLOW_USER) == CURLUE_OK &&
		curl_url_get(fetch->url, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
		curl_url_get(fetch->url, CURLUPART_HOST, &host, 0) == CURLUE_OK &&
		(strcmp(scheme, "http") == 0 || strcmp(scheme, "https") == 0);
	if (is_fine)
		fetch->host = arena_copy_text(fetch->arena, host);
	curl_free(scheme);
	curl_free(host);
	return is_fine;
}

static void
set_security(Fetch *fetch)
{
	CURL *handle = fetch->handle;

	curl_easy_setopt(handle, CURLOPT_CURLU, fetch->url);
	curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(handle, CURLOPT_PROXY, "");
	curl_easy_setopt(handle, CURLOPT_NETRC, (long) CURL_NETRC_IGNORED);
	curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
	/* A name that does not resolve must not keep the loop when it is given up. */
	curl_easy_setopt(handle, CURLOPT_QUICK_EXIT, 1L);
	if (fetch->request.egress == NULL)
		return;
	/* A connection that another request was allowed is none of this one's. */
	curl_easy_setopt(handle, CURLOPT_FRESH_CONNECT, 1L);
	curl_easy_setopt(handle, CURLOPT_FORBID_REUSE, 1L);
	curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	curl_easy_setopt(handle, CURLOPT_OPENSOCKETDATA, fetch);
}

static void
set_callbacks(Fetch *fetch)
{
	CURL *handle = fetch->handle;
	long limit = (long) fetch->request.time_limit;

	curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, limit > 0 ? limit : 1L);
	curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, (long) CONNECT_TIME);
	curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, take_header);
	curl_easy_setopt(handle, CURLOPT_HEADERDATA, fetch);
	curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(handle, CURLOPT_WRITEDATA, fetch);
	curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, fetch->problem);
}

/* Here, and nowhere else, is it known where the request goes. */
static curl_socket_t
open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
	Fetch *fetch = context;

	if (!egress_allows(fetch->request.egress, fetch->host, &address->addr))
	{
		fetch->is_refused = true;
		return CURL_SOCKET_BAD;
	}
	return socket(
		address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static size_t
take_header(char *bytes, /* NOLINT(readability-non-const-parameter): curl's */
            size_t size, size_t count, void *context)
{
	Fetch *fetch = context;

	(void) bytes;
	fetch->header_bytes += size * count;
	if (fetch->header_bytes <= HEADER_LIMIT)
		return size * count;
	fetch->end = FETCH_TOO_LARGE;
	return 0;
}

static size_t
take_body(char *bytes, size_t size, size_t count, void *context)
{
	Fetch *fetch = context;
	size_t length = size * count;
	long status = 0;

	curl_easy_getinfo(fetch->handle, CURLINFO_RESPONSE_CODE, &status);
	if (fetch->request.take && status < 300)
	{
		if (fetch->request.take(fetch->request.context, bytes, length))
			return length;
		fetch->end = FETCH_UNWANTED;
		return 0;
	}
	if (length > fetch->request.size_limit - fetch->length)
	{
		fetch->end = FETCH_TOO_LARGE;
		return 0;
	}
	keep(fetch, bytes, length);
	return length;
}

static void
keep(Fetch *fetch, const char *bytes, size_t length)
{
	size_t needed = fetch->length + length + 1;

	if (needed > fetch->size)
	{
		fetch->size = needed > 2 * fetch->size ? needed : 2 * fetch->size;
		fetch->body = memory_resize(fetch->body, fetch->size);
	}
	memcpy(fetch->body + fetch->length, bytes, length);
	fetch->length += length;
	fetch->body[fetch->length] = '\0';
}

static void
ended(void *context, CURLcode code)
{
	Fetch *fetch = context;
	FetchCallback callback = fetch->callback;
	void *callback_context = fetch->context;
	FetchAnswer answer = {.end = find_end(fetch, code)};

	if (answer.end == FETCH_ANSWERED)
		take_answer(fetch, &answer);
	else
		answer.error = explain(fetch, answer.end, code);
	destroy(fetch);
	callback(callback_context, &answer);
}

static void
tell_bad_url(void *context)
{
	Fetch *fetch = context;
	FetchCallback callback = fetch->callback;
	void *callback_context = fetch->context;
	const FetchAnswer answer = {
		.end = FETCH_BAD_URL,
		.error = "its URL is none of HTTP or HTTPS without a user name",
	};

	destroy(fetch);
	if (callback)
		callback(callback_context, &answer);
}

static FetchEnd
find_end(const Fetch *fetch, CURLcode code)
{
	if (code == CURLE_OK || fetch->end != FETCH_ANSWERED)
		return fetch->end;
	if (code == CURLE_OPERATION_TIMEDOUT)
		return FETCH_TIMED_OUT;
	if (code == CURLE_COULDNT_RESOLVE_HOST)
		return FETCH_NOT_FOUND;
	return fetch->is_refused ? FETCH_BLOCKED : FETCH_BROKEN;
}

/* The host is named, the rest of the URL may hold what is nobody's business. */
static const char *
explain(const Fetch *fetch, FetchEnd end, CURLcode code)
{
	Arena *arena = fetch->arena;

	switch (end)
	{
		case FETCH_BLOCKED:
			return arena_print(arena,
			                   "the address of \"%s\" is not public, and the "
			                   "allow-list does not have it",
			                   fetch->host);
		case FETCH_NOT_FOUND:
			return arena_print(
				arena, "the host \"%s\" has no address", fetch->host);
		case FETCH_TIMED_OUT:
			return arena_print(
				arena, "\"%s\" gave no answer in time", fetch->host);
		case FETCH_TOO_LARGE:
			return arena_print(arena,
			                   "the answer of \"%s\" is larger than %zu bytes",
			                   fetch->host,
			                   fetch->header_bytes > HEADER_LIMIT
			                       ? HEADER_LIMIT
			                       : fetch->request.size_limit);
		case FETCH_ANSWERED:
		case FETCH_BAD_URL:
		case FETCH_BROKEN:
		case FETCH_UNWANTED:
			break;
	}
	return arena_print(arena,
	                   "the request to \"%s\" failed: %s",
	                   fetch->host,
	                   *fetch->problem ? fetch->problem
	                                   : curl_easy_strerror(code));
}

/* The body becomes the arena's, without a copy. */
static void
take_answer(Fetch *fetch, FetchAnswer *answer)
{
	fetch_answer_read(fetch->handle, fetch->arena, answer);
	answer->body = fetch->body ? fetch->body : "";
	answer->body_length = fetch->length;
	if (fetch->body)
		arena_keep(fetch->arena, fetch->body, free);
	fetch->body = NULL;
}

static void
destroy(Fetch *fetch)
{
	curl_easy_cleanup(fetch->handle);
	curl_url_cleanup(fetch->url);
	curl_slist_free_all(fetch->headers);
	free(fetch->body);
	free(fetch);
}
