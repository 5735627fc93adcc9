/*
 * http_call.c
 *		One request of HTTP after another, by libcurl.
 */
#include "http_call.h"

#include "interrupt.h"
#include "memory.h"
#include "sse.h"
#include "text_buffer.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

/* Seconds. */
#define CONNECT_PATIENCE 5L
#define PATIENCE 60L

/* Seconds without a byte of a stream, whose heart beats oftener. */
#define SILENCE 60L

/* An answer that is longer is a mistake. */
#define LONGEST_ANSWER ((size_t) 256 * 1024 * 1024)
#define LONGEST_EVENT ((size_t) 16 * 1024 * 1024)

struct HttpCall
{
	const Settings *settings;
	CURL *curl;
	struct curl_slist *headers; /* of the request under way */
	char trouble[CURL_ERROR_SIZE];
};

typedef struct Received
{
	HttpCall *call;
	const HttpCallRequest *request;
	Arena *arena;
	TextBuffer *body;
	const char *date;
	Sse sse;
	bool is_enough; /* whoever takes the events wants no more */
} Received;

static void add_secret_header(HttpCall *call);
static void
set_request(HttpCall *call, const char *url, const HttpCallRequest *request);
static void set_receiver(HttpCall *call, Received *received);
static size_t take_body(char *bytes, size_t size, size_t count, void *context);
static bool is_stream(const Received *received);
static bool take_event(void *context, const char *data, size_t length);
static size_t
take_header(char *bytes, size_t size, size_t count, void *context);
static int look_for_interrupt(void *context, curl_off_t total, curl_off_t now,
                              curl_off_t up_total, curl_off_t up_now);
static Status fail(const HttpCall *call, CURLcode code, Error *error);

HttpCall *
http_call_open(const Settings *settings)
{
	HttpCall *call = memory_alloc(sizeof(*call));

	curl_global_init(CURL_GLOBAL_DEFAULT);
	call->settings = settings;
	call->curl = curl_easy_init();
	if (call->curl == NULL)
		abort(); /* out of memory */
	return call;
}

void
http_call_close(HttpCall *call)
{
	curl_easy_cleanup(call->curl);
	free(call);
	curl_global_cleanup();
}

void
http_call_add_header(HttpCall *call, const char *header)
{
	call->headers = curl_slist_append(call->headers, header);
	if (call->headers == NULL)
		abort(); /* out of memory */
}

Status
http_call_send(HttpCall *call, Arena *arena, const HttpCallRequest *request,
               RawAnswer *answer, Error *error)
{
	Received received = {.call = call,
	                     .request = request,
	                     .arena = arena,
	                     .body = text_buffer_create(arena)};
	char *type = NULL;
	long status = 0;
	CURLcode code;

	memset(answer, 0, sizeof(*answer));
	add_secret_header(call);
	if (request->body)
		http_call_add_header(call, "Content-Type: application/json");
	set_request(call,
	            arena_print(arena, "%s%s", call->settings->url, request->path),
	            request);
	set_receiver(call, &received);
	code = curl_easy_perform(call->curl);
	curl_slist_free_all(call->headers);
	call->headers = NULL;
	/* What is not wanted any more was no failure. */
	if (code != CURLE_OK && !received.is_enough && !interrupt_has_come())
		return fail(call, code, error);
	curl_easy_getinfo(call->curl, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(call->curl, CURLINFO_CONTENT_TYPE, &type);
	answer->code = (int) status;
	answer->type = type ? arena_copy_text(arena, type) : "";
	answer->date = received.date;
	answer->body = text_buffer_text(received.body);
	answer->length = text_buffer_length(received.body);
	return STATUS_OK;
}

/* A key with a line end in it would be two headers. */
static void
add_secret_header(HttpCall *call)
{
	const char *key = call->settings->key;
	Arena *arena;

	if (key == NULL || strpbrk(key, "\r\n"))
		return;
	arena = arena_create();
	http_call_add_header(call, arena_print(arena, "X-API-Key: %s", key));
	arena_destroy(arena);
}

static void
set_request(HttpCall *call, const char *url, const HttpCallRequest *request)
{
	CURL *curl = call->curl;
	const char *body = request->body ? request->body : "";

	curl_easy_reset(curl);
	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request->method);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, CONNECT_PATIENCE);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_USERAGENT, "mcpctl");
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, call->headers);
	if (call->settings->ca_file)
		curl_easy_setopt(curl, CURLOPT_CAINFO, call->settings->ca_file);
	if (strcmp(request->method, "HEAD") == 0)
		curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
	if (request->body == NULL && strcmp(request->method, "POST") != 0)
		return;
	curl_easy_setopt(
		curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t) strlen(body));
	curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
}

static void
set_receiver(HttpCall *call, Received *received)
{
	CURL *curl = call->curl;

	sse_init(
		&received->sse, received->arena, LONGEST_EVENT, take_event, received);
	call->trouble[0] = '\0';
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, call->trouble);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, received);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, received);
	if (received->request->event == NULL)
	{
		curl_easy_setopt(curl, CURLOPT_TIMEOUT, PATIENCE);
		curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "gzip");
		return;
	}
	curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
	curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, SILENCE);
	curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, look_for_interrupt);
}

static size_t
take_body(char *bytes, size_t size, size_t count, void *context)
{
	Received *received = context;
	size_t length = size * count;

	if (received->request->event && is_stream(received))
		return sse_take(&received->sse, bytes, length) ? length : 0;
	if (text_buffer_length(received->body) + length > LONGEST_ANSWER)
		return 0;
	text_buffer_add(received->body, bytes, length);
	return length;
}

static bool
is_stream(const Received *received)
{
	static const char stream[] = "text/event-stream";
	char *type = NULL;

	curl_easy_getinfo(received->call->curl, CURLINFO_CONTENT_TYPE, &type);
	return type && strncasecmp(type, stream, sizeof(stream) - 1) == 0;
}

static bool
take_event(void *context, const char *data, size_t length)
{
	Received *received = context;

	if (received->request->event(received->request->context, data, length))
		return true;
	received->is_enough = true;
	return false;
}

static size_t
take_header(char *bytes, size_t size, size_t count, void *context)
{
	static const char name[] = "date:";
	Received *received = context;
	size_t length = size * count;

	if (length > sizeof(name) && strncasecmp(bytes, name, strlen(name)) == 0)
		received->date = arena_copy(
			received->arena, bytes + strlen(name), length - strlen(name));
	return length;
}

/* Not 0 ends the request. */
static int
look_for_interrupt(void *context, curl_off_t total, curl_off_t now,
                   curl_off_t up_total, curl_off_t up_now)
{
	return interrupt_has_come();
}

/* The URL may be one with a password in it: only what libcurl says is told. */
static Status
fail(const HttpCall *call, CURLcode code, Error *error)
{
	const char *text =
		call->trouble[0] ? call->trouble : curl_easy_strerror(code);

	if (code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL)
	{
		error_set(error,
		          STATUS_INVALID,
		          "the address of the daemon is none: %s",
		          text);
		error_copy_text(error->hint,
		                sizeof(error->hint),
		                "Give one like http://127.0.0.1:8000 in MCPCTL_URL or "
		                "with --url.");
		return error->status;
	}
	error_set(
		error, STATUS_UNAVAILABLE, "the daemon cannot be asked: %s", text);
	error_copy_text(error->hint,
	                sizeof(error->hint),
	                "Is mcpd running, and is MCPCTL_URL where it listens? "
	                "`mcpctl doctor` looks for what is wrong.");
	return error->status;
}
