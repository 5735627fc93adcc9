/*
 * http.c
 *		HTTP on the loop: libmicrohttpd, driven by its epoll descriptor.
 *
 * libmicrohttpd has an epoll descriptor of its own; the loop watches it and
 * lets it run when something happened.  A request that is not answered within
 * its handler has its connection suspended, and resumed by the answer; but not
 * where that comes in milliseconds (http_wait).
 */
#include "http.h"

#include "http_client.h"
#include "http_listen.h"
#include "http_request.h"
#include "http_wait.h"
#include "memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * Headers and trailers of one request; more is answered with 431.  libmicrohttpd
 * wipes all of it for each request, so room that nobody uses is not free.
 */
#define CONNECTION_MEMORY ((size_t) 8 * 1024)

/*
 * Connections are resumed in the loop's own thread, which runs libmicrohttpd
 * afterwards: it need not be woken by a descriptor.
 */
#define SUSPENDING (MHD_ALLOW_SUSPEND_RESUME & ~MHD_USE_ITC)

/* Seconds that a connection may stay silent. */
#define IDLE_TIMEOUT 60u

/* Milliseconds, while requests wait on connections left as they are. */
#define LOOK_AGAIN 1

#define TOO_LARGE "the body of the request is too large"

struct HttpServer
{
	struct MHD_Daemon *daemon;
	LoopWatch *watch;
	LoopTimer *timer; /* when libmicrohttpd wants to run */
	const HttpHandler *handler;
	void *context;
	int pending;
	int connections;
	int most_connections;
	bool is_due;   /* the timer is set for now */
	bool was_full; /* until a connection ended in this run */
	int port;
	size_t max_body;
	HttpPatience *patience;
	HttpRequestIds ids;
	HttpWaits waits;
};

static Status
start_daemon(HttpServer *server, const Config *config, int fd, Error *error);
static Status start_driving(HttpServer *server, Error *error);
static void log_complaint(void *context, const char *format, va_list arguments)
	__attribute__((format(printf, 2, 0)));
static void ready(void *context, int events);
static void drive(void *context);
static void *target_came(void *context, const char *target,
                         struct MHD_Connection *connection);
static enum MHD_Result
request_moved(void *context, struct MHD_Connection *connection, const char *url,
              const char *method, const char *version, const char *upload,
              size_t *upload_size, void **state);
static void expect_body(HttpRequest *request);
static enum MHD_Result arrive(HttpRequest *request, const char *method);
static enum MHD_Result
receive(HttpRequest *request, const char *bytes, size_t length);
static enum MHD_Result complete(HttpRequest *request);
static void refuse(HttpRequest *request, int code, const char *detail);
static void connection_moved(void *context, struct MHD_Connection *connection,
                             void **socket_context,
                             enum MHD_ConnectionNotificationCode code);
static void completed(void *context, struct MHD_Connection *connection,
                      void **state, enum MHD_RequestTerminationCode why);

Status
http_start(const Config *config, const HttpHandler *handler, void *context,
           HttpServer **server, Error *error)
{
	HttpServer *created = memory_alloc(sizeof(*created));
	int fd;
	Status status;

	created->handler = handler;
	http_request_ids_init(&created->ids);
	created->context = context;
	created->most_connections = config->api_connections;
	created->max_body = (size_t) config->api_max_body;
	created->patience =
		http_patience_create(config->api_read_timeout, IDLE_TIMEOUT);
	status = http_listen_open(config, &fd, &created->port, error);
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
	if (server->daemon)
	{
		/* What was answered last goes out, as far as it can at once. */
		MHD_run(server->daemon);
		MHD_stop_daemon(server->daemon);
	}
	http_patience_destroy(server->patience);
	loop_watch_destroy(server->watch);
	loop_timer_destroy(server->timer);
	free(server);
}

int
http_pending(const HttpServer *server)
{
	return server->pending;
}

/* Takes the descriptor, also where it fails. */
static Status
start_daemon(HttpServer *server, const Config *config, int fd, Error *error)
{
	server->daemon = MHD_start_daemon(MHD_USE_EPOLL | SUSPENDING |
	                                      MHD_USE_TURBO | MHD_USE_ERROR_LOG,
	                                  0,
	                                  NULL,
	                                  NULL,
	                                  request_moved,
	                                  server,
	                                  MHD_OPTION_EXTERNAL_LOGGER,
	                                  log_complaint,
	                                  NULL,
	                                  MHD_OPTION_LISTEN_SOCKET,
	                                  fd,
	                                  MHD_OPTION_URI_LOG_CALLBACK,
	                                  target_came,
	                                  server,
	                                  MHD_OPTION_NOTIFY_CONNECTION,
	                                  connection_moved,
	                                  server,
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

/*
 * Lets libmicrohttpd do what it can now, and asks when it wants to be called.
 * That is at once where a request waits on a connection left as it is, and then
 * only if anything else moved: it might not have been the last time.
 */
static void
drive(void *context)
{
	HttpServer *server = context;
	MHD_UNSIGNED_LONG_LONG milliseconds;

	server->is_due = false;
	server->was_full = false;
	server->waits.has_moved = false;
	MHD_run(server->daemon);
	if (server->was_full || server->is_due)
		loop_timer_set(server->timer, 0);
	else if (MHD_get_timeout(server->daemon, &milliseconds) != MHD_YES)
		loop_timer_clear(server->timer);
	else if (milliseconds == 0 && server->waits.brief > 0 &&
	         !server->waits.has_moved)
		loop_timer_set(server->timer, LOOK_AGAIN);
	else
		loop_timer_set(server->timer, milliseconds);
}

static void
connection_moved(void *context, struct MHD_Connection *connection,
                 void **socket_context,
                 enum MHD_ConnectionNotificationCode code)
{
	HttpServer *server = context;

	server->waits.has_moved = true;
	if (code == MHD_CONNECTION_NOTIFY_STARTED)
	{
		server->connections++;
		*socket_context =
			http_client_create(server, server->patience, connection);
		return;
	}
	http_client_destroy(*socket_context);
	/* It accepts again when it runs next, and nothing else may make it. */
	server->was_full |= server->connections-- >= server->most_connections;
}

HttpRequestIds *
http_request_ids(HttpServer *server)
{
	return &server->ids;
}

HttpWaits *
http_waits(HttpServer *server)
{
	return &server->waits;
}

/* By the timer: once for all answers of a turn of the loop. */
void
http_drive_soon(HttpServer *server)
{
	if (server->is_due)
		return;
	server->is_due = true;
	loop_timer_set(server->timer, 0);
}

void
http_tell_answered(HttpRequest *request)
{
	HttpServer *server = request->server;

	server->handler->answered(server->context,
	                          request,
	                          request->state,
	                          request->status,
	                          uv_hrtime() - request->arrived_at);
}

/* What it returns is the state of request_moved. */
static void *
target_came(void *context, const char *target,
            struct MHD_Connection *connection)
{
	HttpServer *server = context;

	server->waits.has_moved = true;
	server->pending++;
	return http_request_create(server, connection, target);
}

/*
 * Called by libmicrohttpd: when the headers are there, for each piece of body,
 * when it is complete, and again when a suspended connection was resumed.
 */
static enum MHD_Result
/* NOLINTNEXTLINE(readability-function-size): the signature is not ours */
request_moved(void *context, struct MHD_Connection *connection, const char *url,
              const char *method, const char *version, const char *upload,
              size_t *upload_size, void **state)
{
	HttpServer *server = context;
	HttpRequest *request = *state;
	size_t length = *upload_size;

	*upload_size = 0;
	if (request->progress == HTTP_WAITING)
	{
		http_wait_go_on(request);
		return MHD_YES;
	}
	server->waits.has_moved = true;
	switch (request->progress)
	{
		case HTTP_ARRIVING:
			return arrive(request, method);
		case HTTP_RECEIVING:
		case HTTP_REFUSED:
			if (length > 0)
				return receive(request, upload, length);
			return complete(request);
		case HTTP_ANSWERED:
			return http_request_send(request);
		case HTTP_HANDLING:
		case HTTP_WAITING:
		case HTTP_SENDING:
		case HTTP_GONE:
		case HTTP_ABANDONED:
			break;
	}
	return MHD_NO;
}

static enum MHD_Result
arrive(HttpRequest *request, const char *method)
{
	HttpServer *server = request->server;

	http_request_arrive(request, method);
	expect_body(request);
	if (request->is_ambiguous)
	{
		http_add_header(request, MHD_HTTP_HEADER_CONNECTION, "close");
		refuse(request, 400, "it is not clear where the request ends");
	}
	else if (request->is_malformed)
		refuse(request, 400, "the target of the request is malformed");
	else
		server->handler->arrived(server->context, request);
	if (request->progress == HTTP_RECEIVING &&
	    http_request_announced(request) > server->max_body)
		refuse(request, 413, TOO_LARGE);
	if (request->progress == HTTP_REFUSED &&
	    http_request_skips_body(request, server->max_body))
		return http_request_send(request);
	return MHD_YES;
}

/* One that says no length may take the time of the longest. */
static void
expect_body(HttpRequest *request)
{
	unsigned long long announced = http_request_announced(request);
	size_t bytes = request->server->max_body;

	if (announced < bytes && !http_request_is_chunked(request))
		bytes = (size_t) announced;
	http_client_expect(
		http_client_of(request->connection), HTTP_EXPECTED_BODY, bytes);
}

static enum MHD_Result
receive(HttpRequest *request, const char *bytes, size_t length)
{
	size_t max_body = request->server->max_body;

	if (request->progress == HTTP_RECEIVING &&
	    !http_request_keep(request, bytes, length, max_body))
		refuse(request, 413, TOO_LARGE);
	if (request->progress == HTTP_REFUSED &&
	    !http_request_swallow(request, length, max_body))
		return MHD_NO;
	return MHD_YES;
}

static enum MHD_Result
complete(HttpRequest *request)
{
	HttpServer *server = request->server;

	http_client_expect(
		http_client_of(request->connection), HTTP_EXPECTED_NOTHING, 0);
	if (request->progress == HTTP_RECEIVING && request->length > 0 &&
	    memchr(request->body, '\0', request->length))
		refuse(request, 400, "the body of the request has a byte of zero");
	if (request->progress == HTTP_REFUSED)
		return http_request_send(request);
	request->progress = HTTP_HANDLING;
	server->handler->received(server->context, request, request->state);
	if (request->progress == HTTP_ANSWERED)
		return http_request_send(request);
	http_wait_begin(request);
	return MHD_YES;
}

static void
refuse(HttpRequest *request, int code, const char *detail)
{
	HttpServer *server = request->server;

	server->handler->refused(server->context, request, code, detail);
}

/* The answer was sent, or the client went away. */
static void
completed(void *context, struct MHD_Connection *connection, void **state,
          enum MHD_RequestTerminationCode why)
{
	HttpServer *server = context;
	HttpRequest *request = *state;

	*state = NULL;
	if (request == NULL)
		return;
	if (request->stream)
		http_stream_end(request->stream);
	http_client_expect(http_client_of(connection), HTTP_EXPECTED_NEXT, 0);
	server->waits.has_moved = true;
	server->pending--;
	if (request->progress == HTTP_WAITING)
		http_wait_abandon(request);
	else
		http_request_destroy(request);
}
