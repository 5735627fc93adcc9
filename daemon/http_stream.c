/*
 * http_stream.c
 *		An answer whose body comes piece by piece, for as long as its owner likes.
 *
 * libmicrohttpd asks for bytes whenever it could send some.  Where there are
 * none the connection is suspended, from inside that question, and resumed by
 * the next piece.
 */
#include "http_stream.h"

#include "http_client.h"
#include "http_request.h"
#include "memory.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK ((size_t) 4096)
#define FIRST_ROOM ((size_t) 1024)

/* Bytes that may wait for a client. */
#define MOST_WAITING ((size_t) 512 * 1024)

/* Seconds: the shortest time-out that libmicrohttpd knows. */
#define TIMEOUT_OF_DROPPED 1u

/* Lies in its request's arena, what waits on the heap. */
struct HttpStream
{
	HttpRequest *request;
	LoopCallback gone; /* NULL: its owner has let go */
	void *context;
	char *waiting;
	size_t start; /* of what waits, in waiting */
	size_t end;
	size_t room;
	bool is_suspended;
	bool is_closed;
	bool is_dropped;
};

static void keep(HttpStream *stream, const char *bytes, size_t length);
static void make_room(HttpStream *stream, size_t needed);
static void wake(HttpStream *stream);
static ssize_t
take(void *context, uint64_t position, char *buffer, size_t size);
static void client_gone(void *context);
static void free_waiting(void *context);

HttpStream *
http_stream_open(HttpRequest *request, int status, const char *type,
                 void (*gone)(void *context), void *context)
{
	HttpStream *stream = arena_alloc(request->arena, sizeof(*stream));

	stream->request = request;
	stream->gone = gone;
	stream->context = context;
	arena_keep(request->arena, stream, free_waiting);
	request->stream = stream;
	http_add_header(request, MHD_HTTP_HEADER_CONTENT_TYPE, type);
	/* libmicrohttpd sends the end of a body in pieces though there is none. */
	if (request->is_head)
		http_add_header(request, MHD_HTTP_HEADER_CONNECTION, "close");
	http_answer(request, status, "", "", 0);
	return stream;
}

bool
http_stream_write(HttpStream *stream, const char *bytes, size_t length)
{
	size_t waiting = stream->end - stream->start;

	if (waiting > 0 && waiting + length > MOST_WAITING)
		return false;
	keep(stream, bytes, length);
	wake(stream);
	return true;
}

void
http_stream_close(HttpStream *stream)
{
	stream->gone = NULL;
	stream->is_closed = true;
	wake(stream);
}

/* What libmicrohttpd has taken already it drops when its time is over. */
void
http_stream_drop(HttpStream *stream)
{
	stream->is_dropped = true;
	stream->start = stream->end = 0;
	http_stream_close(stream);
	MHD_set_connection_option(stream->request->connection,
	                          MHD_CONNECTION_OPTION_TIMEOUT,
	                          TIMEOUT_OF_DROPPED);
}

struct MHD_Response *
http_stream_respond(HttpStream *stream)
{
	return MHD_create_response_from_callback(
		MHD_SIZE_UNKNOWN, BLOCK, take, stream, NULL);
}

void
http_stream_begin(HttpStream *stream)
{
	http_client_on_gone(
		http_client_of(stream->request->connection), client_gone, stream);
}

void
http_stream_end(HttpStream *stream)
{
	LoopCallback gone = stream->gone;

	http_client_on_gone(
		http_client_of(stream->request->connection), NULL, NULL);
	stream->gone = NULL;
	if (gone)
		gone(stream->context);
}

static void
keep(HttpStream *stream, const char *bytes, size_t length)
{
	if (stream->end + length > stream->room)
		make_room(stream, length);
	memcpy(stream->waiting + stream->end, bytes, length);
	stream->end += length;
}

/* Moves what waits to the front, and grows where that is not enough. */
static void
make_room(HttpStream *stream, size_t needed)
{
	size_t waiting = stream->end - stream->start;
	size_t room = stream->room ? stream->room : FIRST_ROOM;

	if (stream->start > 0)
		memmove(stream->waiting, stream->waiting + stream->start, waiting);
	stream->start = 0;
	stream->end = waiting;
	while (room < waiting + needed)
		room *= 2;
	if (room > stream->room)
		stream->waiting = memory_resize(stream->waiting, room);
	stream->room = room;
}

static void
wake(HttpStream *stream)
{
	if (!stream->is_suspended)
		return;
	stream->is_suspended = false;
	MHD_resume_connection(stream->request->connection);
	http_drive_soon(stream->request->server);
}

/* Called by libmicrohttpd: what is to be sent next. */
static ssize_t
take(void *context, uint64_t position, char *buffer, size_t size)
{
	HttpStream *stream = context;
	size_t waiting = stream->end - stream->start;
	size_t length = waiting < size ? waiting : size;

	(void) position;
	if (stream->is_dropped)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	if (length == 0 && stream->is_closed)
		return MHD_CONTENT_READER_END_OF_STREAM;
	if (length == 0)
	{
		stream->is_suspended = true;
		MHD_suspend_connection(stream->request->connection);
		return 0;
	}
	memcpy(buffer, stream->waiting + stream->start, length);
	stream->start += length;
	/* A listener hears little: it keeps no memory while it waits. */
	if (stream->start == stream->end)
	{
		free_waiting(stream);
		stream->start = stream->end = stream->room = 0;
	}
	return (ssize_t) length;
}

static void
client_gone(void *context)
{
	HttpStream *stream = context;
	LoopCallback gone = stream->gone;

	stream->gone = NULL;
	if (gone)
		gone(stream->context);
	http_stream_drop(stream);
}

static void
free_waiting(void *context)
{
	HttpStream *stream = context;

	free(stream->waiting);
	stream->waiting = NULL;
}
