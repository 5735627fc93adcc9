/*
 * http.c
 *		HTTP on the loop: requests come in whole, answers go out when ready.
 *
 * libmicrohttpd has an epoll descriptor of its own; the loop watches it and
 * lets it run when something happened.  A request that is not answered within
 * its handler has its connection suspended, and resumed by the answer.
 */
#include "http.h"

#include "http_listen.h"
#include "http_request_id.h"
#include "log.h"
#include "loop.h"
#include "memory.h"

#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Headers and trailers of one request; more is answered with 431. */
#define CONNECTION_MEMORY ((size_t) 32 * 1024)

/* Seconds that a connection may stay silent. */
#define IDLE_TIMEOUT 60u

#define FIRST_BODY ((size_t) 1024)

typedef struct Header
{
	struct Header *next;
	const char *name;
	const char *value;
} Header;

typedef enum Progress
{
	RECEIVING, /* the body is not complete */
	HANDLING,  /* its handler is on the stack */
	WAITING,   /* the connection is suspended until the answer comes */
	ANSWERED   /* there is an answer to be queued, or it is on its way */
} Progress;

struct HttpRequest
{
	HttpServer *server;
	HttpRequest *next; /* among those that wait */
	HttpRequest *previous;
	struct MHD_Connection *connection;
	Arena *arena;
	Progress progress;
	HttpMethod method;
	const char *path;
	const char *id;
	char *body;
	size_t length;
	size_t room;
	bool is_too_large;
	Header *headers; /* of the answer */
	int status;
	const char *answer;
	size_t answer_length;
};

struct HttpServer
{
	struct MHD_Daemon *daemon;
	LoopWatch *watch;
	LoopTimer *timer;
	HttpHandler handler;
	void *context;
	HttpRequest *waiting;
	int pending;
	int port;
	size_t max_body;
	bool is_run_deferred;
	bool is_ending;
};

static Status
start_daemon(HttpServer *server, const Config *config, int fd, Error *error);
static Status start_driving(HttpServer *server, Error *error);
static void log_complaint(void *context, const char *format, va_list arguments);
static void ready(void *context, int events);
static void drive(void *context);
static void drive_soon(HttpServer *server);
static enum MHD_Result
access_request(void *context, struct MHD_Connection *connection,
               const char *url, const char *method, const char *version,
               const char *upload, size_t *upload_size, void **state);
static HttpRequest *
create_request(HttpServer *server, struct MHD_Connection *connection,
               const char *url, const char *method);
static enum MHD_Result begin(HttpRequest *request);
static void receive(HttpRequest *request, const char *bytes, size_t length);
static void handle(HttpRequest *request);
static void refuse_large(HttpRequest *request);
static enum MHD_Result send_answer(HttpRequest *request);
static void completed(void *context, struct MHD_Connection *connection,
                      void **state, enum MHD_RequestTerminationCode why);
static HttpMethod find_method(const char *method);
static void wait_for_answer(HttpRequest *request);
static void stop_waiting(HttpRequest *request);

Status
http_start(const Config *config, HttpHandler handler, void *context,
           HttpServer **server, Error *error)
{
	HttpServer *created = memory_alloc(sizeof(*created));
	int fd;
	Status status;

	created->handler = handler;
	created->context = context;
	created->max_body = (size_t) config->api_max_body;
	status = http_listen_open(
		config->api_host, config->api_port, &fd, &created->port, error);
	if (status == STATUS_OK)
		status = start_daemon(created, config, fd, error);
	if (status == STATUS_OK)
		status = start_driving(created, error);
	if (status != STATUS_OK)
	{
		http_destroy(created);
		return status;
	}
	*server = created;
	return STATUS_OK;
}

int
http_port(const HttpServer *server)
{
	return server->port;
}

void
http_stop_listening(HttpServer *server)
{
	MHD_socket fd = MHD_quiesce_daemon(server->daemon);

	if (fd != MHD_INVALID_SOCKET)
		close(fd);
}

void
http_destroy(HttpServer *server)
{
	if (server == NULL)
		return;
	server->is_ending = true;
	while (server->waiting)
		http_answer(server->waiting, 503, "text/plain", "", 0);
	if (server->daemon)
	{
		MHD_run(server->daemon);
		MHD_stop_daemon(server->daemon);
	}
	loop_watch_destroy(server->watch);
	loop_timer_destroy(server->timer);
	free(server);
}

int
http_pending(const HttpServer *server)
{
	return server->pending;
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

const char *
http_path(const HttpRequest *request)
{
	return request->path;
}

const char *
http_header(HttpRequest *request, const char *name)
{
	return MHD_lookup_connection_value(
		request->connection, MHD_HEADER_KIND, name);
}

const char *
http_query(HttpRequest *request, const char *name)
{
	return MHD_lookup_connection_value(
		request->connection, MHD_GET_ARGUMENT_KIND, name);
}

const char *
http_body(const HttpRequest *request, size_t *length)
{
	*length = request->length;
	return request->body ? request->body : "";
}

const char *
http_request_id(const HttpRequest *request)
{
	return request->id;
}

void
http_add_header(HttpRequest *request, const char *name, const char *value)
{
	Header *header = arena_alloc(request->arena, sizeof(*header));

	header->name = arena_copy_text(request->arena, name);
	header->value = arena_copy_text(request->arena, value);
	header->next = request->headers;
	request->headers = header;
}

void
http_answer(HttpRequest *request, int status, const char *type,
            const char *body, size_t length)
{
	bool has_waited = request->progress == WAITING;

	if (length > 0)
		http_add_header(request, MHD_HTTP_HEADER_CONTENT_TYPE, type);
	request->status = status;
	request->answer = body;
	request->answer_length = length;
	request->progress = ANSWERED;
	request->server->pending--;
	if (!has_waited)
		return;
	stop_waiting(request);
	MHD_resume_connection(request->connection);
	drive_soon(request->server);
}

const char *
http_reason(int status)
{
	return MHD_get_reason_phrase_for((unsigned int) status);
}

/* Takes the descriptor, also where it fails. */
static Status
start_daemon(HttpServer *server, const Config *config, int fd, Error *error)
{
	server->daemon = MHD_start_daemon(MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME |
	                                      MHD_USE_TURBO | MHD_USE_ERROR_LOG,
	                                  0,
	                                  NULL,
	                                  NULL,
	                                  access_request,
	                                  server,
	                                  MHD_OPTION_EXTERNAL_LOGGER,
	                                  log_complaint,
	                                  NULL,
	                                  MHD_OPTION_LISTEN_SOCKET,
	                                  fd,
	                                  MHD_OPTION_NOTIFY_COMPLETED,
	                                  completed,
	                                  server,
	                                  MHD_OPTION_CONNECTION_LIMIT,
	                                  (unsigned int) config->api_connections,
	                                  MHD_OPTION_CONNECTION_MEMORY_LIMIT,
	                                  CONNECTION_MEMORY,
	                                  MHD_OPTION_CONNECTION_TIMEOUT,
	                                  IDLE_TIMEOUT,
	                                  MHD_OPTION_STRICT_FOR_CLIENT,
	                                  1,
	                                  MHD_OPTION_END);
	if (server->daemon)
		return STATUS_OK;
	close(fd);
	return error_set(error, STATUS_INTERNAL, "cannot start the HTTP server");
}

static Status
start_driving(HttpServer *server, Error *error)
{
	const union MHD_DaemonInfo *info =
		MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_EPOLL_FD);

	if (info == NULL)
		return error_set(
			error, STATUS_INTERNAL, "the HTTP server has no epoll descriptor");
	server->timer = loop_timer_create(drive, server);
	if (loop_watch_create(
			info->epoll_fd, ready, server, &server->watch, error) != STATUS_OK)
		return error->status;
	loop_watch_set(server->watch, LOOP_READABLE);
	drive(server);
	return STATUS_OK;
}

/* What clients did wrong on the wire: theirs to mend, so not a warning. */
static void
log_complaint(void *context, const char *format, va_list arguments)
{
	char text[256];
	size_t length;

	vsnprintf(text, sizeof(text), format, arguments);
	length = strlen(text);
	if (length > 0 && text[length - 1] == '\n')
		text[length - 1] = '\0';
	log_debug("HTTP server complains", LOG_FIELDS(log_text("text", text)));
}

static void
ready(void *context, int events)
{
	drive(context);
}

/* Lets libmicrohttpd do what it can now, and asks when it wants to be called. */
static void
drive(void *context)
{
	HttpServer *server = context;
	MHD_UNSIGNED_LONG_LONG milliseconds;

	server->is_run_deferred = false;
	MHD_run(server->daemon);
	if (MHD_get_timeout(server->daemon, &milliseconds) != MHD_YES)
		loop_timer_clear(server->timer);
	else
		loop_timer_set(server->timer, milliseconds);
}

/* Once for all answers of a turn of the loop. */
static void
drive_soon(HttpServer *server)
{
	if (server->is_run_deferred || server->is_ending)
		return;
	server->is_run_deferred = true;
	loop_defer(drive, server);
}

/*
 * Called by libmicrohttpd: when the headers are there, for each piece of body,
 * when it is complete, and again when a suspended connection was resumed.
 */
static enum MHD_Result
access_request(void *context, struct MHD_Connection *connection,
               const char *url, const char *method, const char *version,
               const char *upload, size_t *upload_size, void **state)
{
	HttpRequest *request = *state;

	if (request == NULL)
	{
		request = create_request(context, connection, url, method);
		*state = request;
		return begin(request);
	}
	if (request->progress == RECEIVING && *upload_size > 0)
	{
		receive(request, upload, *upload_size);
		*upload_size = 0;
		return MHD_YES;
	}
	if (request->progress == RECEIVING)
		handle(request);
	if (request->progress == ANSWERED)
		return send_answer(request);
	wait_for_answer(request);
	return MHD_YES;
}

static HttpRequest *
create_request(HttpServer *server, struct MHD_Connection *connection,
               const char *url, const char *method)
{
	Arena *arena = arena_create();
	HttpRequest *request = arena_alloc(arena, sizeof(*request));

	request->arena = arena;
	request->server = server;
	request->connection = connection;
	request->progress = RECEIVING;
	request->method = find_method(method);
	request->path = arena_copy_text(arena, url);
	request->id = http_request_id_take(
		arena, http_header(request, HTTP_REQUEST_ID_HEADER));
	return request;
}

/* A body that says it is too large is not even waited for. */
static enum MHD_Result
begin(HttpRequest *request)
{
	const char *length = http_header(request, MHD_HTTP_HEADER_CONTENT_LENGTH);

	if (length == NULL ||
	    strtoull(length, NULL, 10) <= request->server->max_body)
		return MHD_YES;
	refuse_large(request);
	return send_answer(request);
}

/* Past the limit the rest is read and dropped, then refused. */
static void
receive(HttpRequest *request, const char *bytes, size_t length)
{
	if (request->length + length > request->server->max_body)
		request->is_too_large = true;
	if (request->is_too_large)
		return;
	if (request->length + length + 1 > request->room)
	{
		size_t room = request->room ? request->room : FIRST_BODY;
		char *moved;

		while (room < request->length + length + 1)
			room *= 2;
		moved = arena_alloc(request->arena, room);
		memcpy(moved, request->body ? request->body : "", request->length);
		request->body = moved;
		request->room = room;
	}
	memcpy(request->body + request->length, bytes, length);
	request->length += length;
	request->body[request->length] = '\0';
}

static void
handle(HttpRequest *request)
{
	if (request->is_too_large)
	{
		refuse_large(request);
		return;
	}
	request->progress = HANDLING;
	request->server->pending++;
	request->server->handler(request->server->context, request);
}

static void
refuse_large(HttpRequest *request)
{
	static const char body[] =
		"{\"type\":\"about:blank\",\"title\":\"Content Too Large\","
		"\"status\":413,\"detail\":\"the body of the request is too large\"}";

	request->server->pending++;
	http_answer(
		request, 413, "application/problem+json", body, sizeof(body) - 1);
}

static enum MHD_Result
send_answer(HttpRequest *request)
{
	union
	{
		const char *constant;
		void *ours; /* PERSISTENT: libmicrohttpd only reads it */
	} bytes = {.constant = request->answer};
	struct MHD_Response *response = MHD_create_response_from_buffer(
		request->answer_length, bytes.ours, MHD_RESPMEM_PERSISTENT);
	enum MHD_Result result;

	if (response == NULL)
		return MHD_NO;
	MHD_add_response_header(response, HTTP_REQUEST_ID_HEADER, request->id);
	for (Header *header = request->headers; header; header = header->next)
		MHD_add_response_header(response, header->name, header->value);
	result = MHD_queue_response(
		request->connection, (unsigned int) request->status, response);
	MHD_destroy_response(response);
	return result;
}

/*
 * The answer was sent, or the client went away.  A suspended connection is not
 * looked at, so nobody waits on a request that ends here.
 */
static void
completed(void *context, struct MHD_Connection *connection, void **state,
          enum MHD_RequestTerminationCode why)
{
	HttpRequest *request = *state;

	if (request)
		arena_destroy(request->arena);
	*state = NULL;
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
	};

	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
	{
		if (strcmp(method, methods[i].name) == 0)
			return methods[i].method;
	}
	return HTTP_OTHER;
}

static void
wait_for_answer(HttpRequest *request)
{
	HttpServer *server = request->server;

	request->progress = WAITING;
	request->next = server->waiting;
	if (request->next)
		request->next->previous = request;
	server->waiting = request;
	MHD_suspend_connection(request->connection);
}

static void
stop_waiting(HttpRequest *request)
{
	if (request->previous)
		request->previous->next = request->next;
	else
		request->server->waiting = request->next;
	if (request->next)
		request->next->previous = request->previous;
}
