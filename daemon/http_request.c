/*
 * http_request.c
 *		A request from its first line to its last byte.
 */
#include "http_request.h"

#include "http_accept.h"
#include "http_framing.h"
#include "http_gzip.h"
#include "http_request_id.h"
#include "http_wait.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_BODY ((size_t) 1024)

/* Of a refused body: more is not read just so that the client sees why. */
#define MOST_SWALLOWED ((size_t) 64 * 1024 * 1024)

static struct MHD_Response *respond(HttpRequest *request);
static void pack(HttpRequest *request);
static bool may_be_packed(HttpRequest *request);
static void weaken_tag(HttpRequest *request);
static HttpMethod find_method(const char *method);
static void destroy(void *context);

HttpRequest *
http_request_create(HttpServer *server, struct MHD_Connection *connection,
                    const char *target)
{
	Arena *arena = arena_create();
	HttpRequest *request = arena_alloc(arena, sizeof(*request));

	request->arena = arena;
	request->server = server;
	request->connection = connection;
	request->progress = HTTP_ARRIVING;
	request->is_malformed = !http_uri_parse(arena, target, &request->uri);
	return request;
}

void
http_request_destroy(HttpRequest *request)
{
	arena_destroy(request->arena);
}

void
http_request_arrive(HttpRequest *request, const char *method)
{
	request->progress = HTTP_RECEIVING;
	request->arrived_at = uv_hrtime();
	request->is_ambiguous = !http_framing_is_clear(request->connection);
	request->method = find_method(method);
	request->is_head = strcmp(method, MHD_HTTP_METHOD_HEAD) == 0;
	request->id =
		http_request_id_take(request->arena,
	                         http_header(request, HTTP_REQUEST_ID_HEADER),
	                         http_request_ids(request->server));
}

unsigned long long
http_request_announced(const HttpRequest *request)
{
	/* libmicrohttpd has refused what is no number. */
	const char *length = MHD_lookup_connection_value(
		request->connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_LENGTH);

	return length ? strtoull(length, NULL, 10) : 0;
}

bool
http_request_is_chunked(const HttpRequest *request)
{
	return MHD_lookup_connection_value(request->connection,
	                                   MHD_HEADER_KIND,
	                                   MHD_HTTP_HEADER_TRANSFER_ENCODING) !=
	       NULL;
}

bool
http_request_skips_body(const HttpRequest *request, size_t max_body)
{
	if (request->is_ambiguous ||
	    MHD_lookup_connection_value(
			request->connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_EXPECT))
		return true;
	return http_request_announced(request) > max_body + MOST_SWALLOWED;
}

bool
http_request_keep(HttpRequest *request, const char *bytes, size_t length,
                  size_t max_body)
{
	size_t needed = request->length + length + 1;

	if (needed - 1 > max_body)
		return false;
	if (needed > request->room)
	{
		size_t room = request->room ? request->room : FIRST_BODY;
		char *moved;

		while (room < needed)
			room *= 2;
		moved = arena_alloc(request->arena, room);
		if (request->length > 0)
			memcpy(moved, request->body, request->length);
		request->body = moved;
		request->room = room;
	}
	memcpy(request->body + request->length, bytes, length);
	request->length += length;
	request->body[request->length] = '\0';
	return true;
}

bool
http_request_swallow(HttpRequest *request, size_t length, size_t max_body)
{
	request->swallowed += length;
	return request->swallowed <= max_body + MOST_SWALLOWED;
}

enum MHD_Result
http_request_send(HttpRequest *request)
{
	struct MHD_Response *response = request->stream
	                                    ? http_stream_respond(request->stream)
	                                    : respond(request);
	enum MHD_Result result;

	if (response == NULL)
		return MHD_NO;
	request->progress = HTTP_SENDING;
	http_tell_answered(request);
	MHD_add_response_header(response, HTTP_REQUEST_ID_HEADER, request->id);
	for (HttpHeader *one = request->headers; one; one = one->next)
		MHD_add_response_header(response, one->name, one->value);
	result = MHD_queue_response(
		request->connection, (unsigned int) request->status, response);
	MHD_destroy_response(response);
	if (request->stream)
		http_stream_begin(request->stream);
	return result;
}

void
http_set_state(HttpRequest *request, void *state)
{
	request->state = state;
}

Arena *
http_arena(HttpRequest *request)
{
	return request->arena;
}

HttpMethod
http_method(const HttpRequest *request)
{
	return request->method;
}

const HttpUri *
http_uri(const HttpRequest *request)
{
	return &request->uri;
}

const char *
http_header(HttpRequest *request, const char *name)
{
	if (request->connection == NULL)
		return NULL;
	return MHD_lookup_connection_value(
		request->connection, MHD_HEADER_KIND, name);
}

const char *
http_body(const HttpRequest *request, size_t *length)
{
	static const char mark[] = "\xef\xbb\xbf";
	size_t skipped = 0;

	if (request->body && strncmp(request->body, mark, sizeof(mark) - 1) == 0)
		skipped = sizeof(mark) - 1;
	*length = request->length - skipped;
	return request->body ? request->body + skipped : "";
}

const char *
http_request_id(const HttpRequest *request)
{
	return request->id;
}

void
http_add_header(HttpRequest *request, const char *name, const char *value)
{
	HttpHeader *header = arena_alloc(request->arena, sizeof(*header));

	header->name = arena_copy_text(request->arena, name);
	header->value = arena_copy_text(request->arena, value);
	header->next = request->headers;
	request->headers = header;
}

void
http_answer(HttpRequest *request, int status, const char *type,
            const char *body, size_t length)
{
	if (length > 0)
		http_add_header(request, MHD_HTTP_HEADER_CONTENT_TYPE, type);
	request->status = status;
	request->answer = body;
	request->answer_length = length;
	if (request->progress == HTTP_RECEIVING)
		request->progress = HTTP_REFUSED;
	else if (request->progress == HTTP_WAITING)
	{
		request->progress = HTTP_ANSWERED;
		http_wait_end(request);
	}
	else if (request->progress == HTTP_ABANDONED)
		/* Not before whoever answers is through with it. */
		loop_defer(destroy, request);
	else
		request->progress = HTTP_ANSWERED;
}

void
/* NOLINTNEXTLINE(readability-function-size): http_answer, and a place */
http_answer_packed(HttpRequest *request, int status, const char *type,
                   const char *body, size_t length, HttpPacked *packed)
{
	request->packed = packed;
	http_answer(request, status, type, body, length);
}

const char *
http_reason(int status)
{
	return MHD_get_reason_phrase_for((unsigned int) status);
}

static struct MHD_Response *
respond(HttpRequest *request)
{
	union
	{
		const char *constant;
		void *ours; /* PERSISTENT: libmicrohttpd only reads it */
	} bytes;

	if (may_be_packed(request))
		pack(request);
	bytes.constant = request->answer;
	return MHD_create_response_from_buffer(
		request->answer_length, bytes.ours, MHD_RESPMEM_PERSISTENT);
}

/* What is JSON or text is told by its size: we send nothing else. */
static bool
may_be_packed(HttpRequest *request)
{
	return request->answer_length >= HTTP_GZIP_LEAST &&
	       request->answer_length <= HTTP_GZIP_MOST &&
	       http_accepts_coding(http_header(request, "Accept-Encoding"), "gzip");
}

static void
pack(HttpRequest *request)
{
	HttpPacked *place = request->packed;
	HttpPacked own = {NULL, 0};

	if (place == NULL)
		place = &own;
	if (place->bytes == NULL)
		http_gzip(request->answer,
		          request->answer_length,
		          &place->bytes,
		          &place->length);
	if (place->bytes == NULL)
		return;
	if (place == &own)
		arena_keep(request->arena, own.bytes, free);
	request->answer = place->bytes;
	request->answer_length = place->length;
	weaken_tag(request);
	http_add_header(request, "Content-Encoding", "gzip");
	http_add_header(request, "Vary", "Accept-Encoding");
}

/* A strong tag stands for the very bytes (RFC 9110, 8.8.3). */
static void
weaken_tag(HttpRequest *request)
{
	for (HttpHeader *one = request->headers; one; one = one->next)
	{
		if (strcmp(one->name, "ETag") == 0)
			one->value = arena_print(request->arena, "W/%s", one->value);
	}
}

static HttpMethod
find_method(const char *method)
{
	static const struct
	{
		const char *name;
		HttpMethod method;
	} methods[] = {
		{MHD_HTTP_METHOD_GET, HTTP_GET},
		{MHD_HTTP_METHOD_HEAD, HTTP_GET},
		{MHD_HTTP_METHOD_POST, HTTP_POST},
		{MHD_HTTP_METHOD_PUT, HTTP_PUT},
		{MHD_HTTP_METHOD_DELETE, HTTP_DELETE},
		{MHD_HTTP_METHOD_OPTIONS, HTTP_OPTIONS},
	};

	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
	{
		if (strcmp(method, methods[i].name) == 0)
			return methods[i].method;
	}
	return HTTP_OTHER;
}

static void
destroy(void *context)
{
	http_request_destroy(context);
}
