/*
 * link_http.c
 *		Operations as requests of HTTP, by libcurl.
 *
 * The key goes to the address that was given and nowhere else: redirects are
 * not followed, and nothing but HTTP and HTTPS is spoken.
 */
#include "link_way.h"

#include "memory.h"
#include "percent.h"
#include "text_buffer.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

/* Seconds. */
#define CONNECT_PATIENCE 5L
#define PATIENCE 60L

/* An answer that is longer is a mistake. */
#define LONGEST_ANSWER ((size_t) 256 * 1024 * 1024)

struct LinkHttp
{
	const Settings *settings;
	CURL *curl;
	struct curl_slist *headers; /* of the request under way */
	char trouble[CURL_ERROR_SIZE];
};

typedef struct Received
{
	TextBuffer *body;
	Arena *arena;
	const char *date;
} Received;

static const char *print_path(Arena *arena, const Ask *ask);
static const char *encode(Arena *arena, const char *text);
static void add_header(LinkHttp *http, const char *header);
static void add_secret_header(LinkHttp *http);
static void set_request(LinkHttp *http, const char *url, const char *method,
                        const char *body);
static Status
perform(LinkHttp *http, Received *received, RawAnswer *answer, Error *error);
static size_t take_body(char *bytes, size_t size, size_t count, void *context);
static size_t
take_header(char *bytes, size_t size, size_t count, void *context);
static Status fail(const LinkHttp *http, CURLcode code, Error *error);

LinkHttp *
link_http_open(const Settings *settings)
{
	LinkHttp *http = memory_alloc(sizeof(*http));

	curl_global_init(CURL_GLOBAL_DEFAULT);
	http->settings = settings;
	http->curl = curl_easy_init();
	if (http->curl == NULL)
		abort(); /* out of memory */
	return http;
}

void
link_http_close(LinkHttp *http)
{
	curl_easy_cleanup(http->curl);
	free(http);
	curl_global_cleanup();
}

Status
link_http_ask(LinkHttp *http, Arena *arena, const Ask *ask, JsonView *answer,
              Fault *fault)
{
	const OperationRow *row = operation_row(ask->operation);
	RawAnswer raw;
	size_t where;
	const char *wrong = NULL;

	memset(fault, 0, sizeof(*fault));
	if (ask->idempotency_key)
		add_header(
			http,
			arena_print(arena, "Idempotency-Key: %s", ask->idempotency_key));
	if (row->statement == DB_START_RUN || row->statement == DB_START_MCP)
		add_header(http, "Prefer: respond-async");
	if (link_http_request(http,
	                      arena,
	                      row->method,
	                      print_path(arena, ask),
	                      row->has_body && ask->body ? ask->body : NULL,
	                      &raw,
	                      &fault->error) != STATUS_OK)
		return fault->error.status;
	if (raw.length > 0)
		wrong = json_view_check(raw.body, raw.length, answer, &where);
	if (wrong)
		*answer = (JsonView){NULL, 0};
	if (raw.code < 200 || raw.code > 299)
	{
		fault_read(arena, raw.code, *answer, fault);
		return fault->error.status;
	}
	if (wrong == NULL)
		return STATUS_OK;
	return error_set(&fault->error,
	                 STATUS_INTERNAL,
	                 "%s answered with something that is no JSON: is it mcpd?",
	                 http->settings->url);
}

Status
link_http_request(LinkHttp *http, Arena *arena, const char *method,
                  const char *path, const char *body, RawAnswer *answer,
                  Error *error)
{
	Received received = {.arena = arena, .body = text_buffer_create(arena)};
	Status status;

	memset(answer, 0, sizeof(*answer));
	add_secret_header(http);
	if (body)
		add_header(http, "Content-Type: application/json");
	set_request(http,
	            arena_print(arena, "%s%s", http->settings->url, path),
	            method,
	            body);
	status = perform(http, &received, answer, error);
	curl_slist_free_all(http->headers);
	http->headers = NULL;
	answer->date = received.date;
	answer->body = text_buffer_text(received.body);
	answer->length = text_buffer_length(received.body);
	return status;
}

/* The operation's path, its stars filled in, and what is said of its query. */
static const char *
print_path(Arena *arena, const Ask *ask)
{
	const OperationRow *row = operation_row(ask->operation);
	TextBuffer *buffer = text_buffer_create(arena);
	const char *between = "?";
	int name = 0;

	for (const char *at = row->path; *at; at++)
	{
		if (*at == '*')
			text_buffer_add_text(buffer, encode(arena, ask->names[name++]));
		else
			text_buffer_add(buffer, at, 1);
	}
	for (int i = 0; i < OPERATION_MAX_QUERY && row->query[i]; i++)
	{
		if (ask->query[i] == NULL)
			continue;
		text_buffer_add_text(buffer, between);
		text_buffer_add_text(buffer, row->query[i]);
		text_buffer_add_text(buffer, "=");
		text_buffer_add_text(buffer, encode(arena, ask->query[i]));
		between = "&";
	}
	return text_buffer_text(buffer);
}

static const char *
encode(Arena *arena, const char *text)
{
	char *encoded = arena_alloc(arena, strlen(text) * 3 + 1);

	percent_encode(encoded, text);
	return encoded;
}

static void
add_header(LinkHttp *http, const char *header)
{
	http->headers = curl_slist_append(http->headers, header);
	if (http->headers == NULL)
		abort(); /* out of memory */
}

/* A key with a line end in it would be two headers. */
static void
add_secret_header(LinkHttp *http)
{
	const char *key = http->settings->key;
	Arena *arena;

	if (key == NULL || strpbrk(key, "\r\n"))
		return;
	arena = arena_create();
	add_header(http, arena_print(arena, "X-API-Key: %s", key));
	arena_destroy(arena);
}

static void
set_request(LinkHttp *http, const char *url, const char *method,
            const char *body)
{
	CURL *curl = http->curl;

	curl_easy_reset(curl);
	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, CONNECT_PATIENCE);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, PATIENCE);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "gzip");
	curl_easy_setopt(curl, CURLOPT_USERAGENT, "mcpctl");
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, http->headers);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, http->trouble);
	if (http->settings->ca_file)
		curl_easy_setopt(curl, CURLOPT_CAINFO, http->settings->ca_file);
	if (strcmp(method, "HEAD") == 0)
		curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
	if (body == NULL && strcmp(method, "POST") != 0)
		return;
	curl_easy_setopt(curl,
	                 CURLOPT_POSTFIELDSIZE_LARGE,
	                 (curl_off_t) (body ? strlen(body) : 0));
	curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body ? body : "");
}

static Status
perform(LinkHttp *http, Received *received, RawAnswer *answer, Error *error)
{
	CURLcode code;
	char *type = NULL;
	long status = 0;

	curl_easy_setopt(http->curl, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(http->curl, CURLOPT_WRITEDATA, received);
	curl_easy_setopt(http->curl, CURLOPT_HEADERFUNCTION, take_header);
	curl_easy_setopt(http->curl, CURLOPT_HEADERDATA, received);
	http->trouble[0] = '\0';
	code = curl_easy_perform(http->curl);
	if (code != CURLE_OK)
		return fail(http, code, error);
	curl_easy_getinfo(http->curl, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(http->curl, CURLINFO_CONTENT_TYPE, &type);
	answer->code = (int) status;
	answer->type = type ? arena_copy_text(received->arena, type) : "";
	return STATUS_OK;
}

static size_t
take_body(char *bytes, size_t size, size_t count, void *context)
{
	Received *received = context;
	size_t length = size * count;

	if (text_buffer_length(received->body) + length > LONGEST_ANSWER)
		return 0;
	text_buffer_add(received->body, bytes, length);
	return length;
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

/* The URL may be one with a password in it: only what libcurl says is told. */
static Status
fail(const LinkHttp *http, CURLcode code, Error *error)
{
	const char *text =
		http->trouble[0] ? http->trouble : curl_easy_strerror(code);

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
