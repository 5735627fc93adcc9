/*
 * link_http.c
 *		Operations as requests of HTTP.
 */
#include "http_call.h"
#include "link_way.h"
#include "memory.h"
#include "percent.h"
#include "text_buffer.h"

#include <stdlib.h>
#include <string.h>

struct LinkHttp
{
	const Settings *settings;
	HttpCall *call;
};

static Status read_answer(LinkHttp *http, Arena *arena, const RawAnswer *raw,
                          JsonView *answer, Fault *fault);
static const char *print_path(Arena *arena, const Ask *ask);
static const char *encode(Arena *arena, const char *text);

LinkHttp *
link_http_open(const Settings *settings)
{
	LinkHttp *http = memory_alloc(sizeof(*http));

	http->settings = settings;
	http->call = http_call_open(settings);
	return http;
}

void
link_http_close(LinkHttp *http)
{
	http_call_close(http->call);
	free(http);
}

Status
link_http_ask(LinkHttp *http, Arena *arena, const Ask *ask, JsonView *answer,
              Fault *fault)
{
	const OperationRow *row = operation_row(ask->operation);
	HttpCallRequest request = {.method = row->method,
	                           .path = print_path(arena, ask),
	                           .body = row->has_body ? ask->body : NULL};
	RawAnswer raw;

	memset(fault, 0, sizeof(*fault));
	if (ask->idempotency_key)
		http_call_add_header(
			http->call,
			arena_print(arena, "Idempotency-Key: %s", ask->idempotency_key));
	if (row->statement == DB_START_RUN || row->statement == DB_START_MCP)
		http_call_add_header(http->call, "Prefer: respond-async");
	/* Where a daemon wants to be told which revision: whichever there is. */
	if (strcmp(row->method, "DELETE") == 0)
		http_call_add_header(http->call, "If-Match: *");
	if (http_call_send(http->call, arena, &request, &raw, &fault->error) !=
	    STATUS_OK)
		return fault->error.status;
	return read_answer(http, arena, &raw, answer, fault);
}

Status
link_http_stream(LinkHttp *http, Arena *arena, const Ask *ask, LinkEvent event,
                 void *context, Fault *fault)
{
	HttpCallRequest request = {.method = "GET",
	                           .path = print_path(arena, ask),
	                           .event = event,
	                           .context = context};
	JsonView list = {NULL, 0};
	RawAnswer raw;
	JsonWalk walk;

	memset(fault, 0, sizeof(*fault));
	http_call_add_header(http->call, "Accept: text/event-stream");
	if (http_call_send(http->call, arena, &request, &raw, &fault->error) !=
	    STATUS_OK)
		return fault->error.status;
	if (read_answer(http, arena, &raw, &list, fault) != STATUS_OK)
		return fault->error.status;
	walk = json_view_walk(list);
	while (json_view_next(&walk))
	{
		if (!event(context, walk.value.text, walk.value.length))
			break;
	}
	return STATUS_OK;
}

Status
link_http_request(LinkHttp *http, Arena *arena, const RawRequest *request,
                  RawAnswer *answer, Error *error)
{
	HttpCallRequest call = {.method = request->method,
	                        .path = request->path,
	                        .body = request->body};

	return http_call_send(http->call, arena, &call, answer, error);
}

static Status
read_answer(LinkHttp *http, Arena *arena, const RawAnswer *raw,
            JsonView *answer, Fault *fault)
{
	const char *wrong = NULL;
	size_t where;

	if (raw->length > 0)
		wrong = json_view_check(raw->body, raw->length, answer, &where);
	if (wrong)
		*answer = (JsonView){NULL, 0};
	if (raw->code < 200 || raw->code > 299)
	{
		fault_read(arena, raw->code, *answer, fault);
		return fault->error.status;
	}
	if (wrong == NULL)
		return STATUS_OK;
	return error_set(&fault->error,
	                 STATUS_INTERNAL,
	                 "%s answered with something that is no JSON: is it mcpd?",
	                 http->settings->url);
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
