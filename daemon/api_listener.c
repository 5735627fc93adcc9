/*
 * api_listener.c
 *		One who listens to runs: a stream of server-sent events, and its manners.
 *
 * Lies in the arena of its request, which lives as long as the stream.
 */
#include "api_listener.h"

#include "api_query.h"
#include "http_stream.h"
#include "json_write.h"
#include "problem_text.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

/* Where a proxy must not hold the pieces back. */
#define NO_BUFFER "X-Accel-Buffering"

struct ApiListener
{
	ApiRequest *request;
	HttpStream *stream; /* NULL: it has ended */
	const char *kinds;  /* between commas; NULL: all */
	uint64_t spoke_at;
	LoopCallback gone;
	void *context;
};

static void stream_gone(void *context);
static bool is_wanted(const ApiListener *listener, const char *kind);
static bool say(ApiListener *listener, const char *text, size_t length);
static void leave(ApiListener *listener);

ApiListener *
api_listener_open(ApiRequest *request, LoopCallback gone, void *context)
{
	ApiListener *listener = arena_alloc(request->arena, sizeof(*listener));

	listener->request = request;
	listener->kinds = api_query_text(request, "kinds");
	listener->gone = gone;
	listener->context = context;
	listener->spoke_at = loop_now();
	http_add_header(request->http, "Cache-Control", "no-store");
	http_add_header(request->http, NO_BUFFER, "no");
	listener->stream = http_stream_open(
		request->http, 200, "text/event-stream", stream_gone, listener);
	return listener;
}

bool
api_listener_tell(ApiListener *listener, const char *id, const char *kind,
                  const char *event)
{
	static const char form[] = "id: %s\nevent: %s\ndata: %s\n\n";
	char small[2048];
	char *text = small;
	int length;

	if (!is_wanted(listener, kind))
		return true;
	length = snprintf(small, sizeof(small), form, id, kind, event);
	if (length < 0)
		return true;
	if ((size_t) length >= sizeof(small))
	{
		Arena *arena = arena_create();
		bool is_said;

		text = arena_print(arena, form, id, kind, event);
		is_said = say(listener, text, (size_t) length);
		arena_destroy(arena);
		return is_said;
	}
	return say(listener, text, (size_t) length);
}

bool
api_listener_look(ApiListener *listener)
{
	static const char beat[] = ": \n\n";
	const ApiRequest *request = listener->request;
	uint64_t silence = loop_now() - listener->spoke_at;
	int64_t expires_at = request->identity.expires_at;
	Error error;

	if (expires_at > 0 && expires_at <= time(NULL))
	{
		(void) error_set(&error, STATUS_STRANGER, "the token has expired");
		api_listener_fail(listener, &error);
		return false;
	}
	if ((double) silence < request->world->heartbeat * 1000)
		return true;
	return say(listener, beat, sizeof(beat) - 1);
}

void
api_listener_end(ApiListener *listener, const char *data)
{
	char text[256];
	int length = snprintf(text, sizeof(text), "event: end\ndata: %s\n\n", data);

	if (length > 0 && say(listener, text, (size_t) length))
		api_listener_close(listener);
}

void
api_listener_fail(ApiListener *listener, const Error *error)
{
	Arena *arena = arena_create();
	JsonWriter *writer = json_writer_create();
	const char *text;

	json_write_open(writer, '{');
	json_write_name(writer, "detail");
	json_write_text(writer, problem_text(arena, error, "", 0));
	json_write_name(writer, "code");
	json_write_text(writer, error->sqlstate[0] ? error->sqlstate : NULL);
	json_write_close(writer, '}');
	text = arena_print(
		arena, "event: error\ndata: %s\n\n", json_writer_text(writer));
	if (say(listener, text, strlen(text)))
		api_listener_close(listener);
	json_writer_destroy(writer);
	arena_destroy(arena);
}

void
api_listener_close(ApiListener *listener)
{
	http_stream_close(listener->stream);
	leave(listener);
}

static void
stream_gone(void *context)
{
	leave(context);
}

/* Of kinds that nobody asked to be spared. */
static bool
is_wanted(const ApiListener *listener, const char *kind)
{
	const char *list = listener->kinds;
	size_t length = strlen(kind);

	while (list && *list)
	{
		size_t one = strcspn(list, ",");

		if (one == length && strncmp(list, kind, length) == 0)
			return true;
		list += one;
		list += strspn(list, ",");
	}
	return listener->kinds == NULL;
}

static bool
say(ApiListener *listener, const char *text, size_t length)
{
	listener->spoke_at = loop_now();
	if (http_stream_write(listener->stream, text, length))
		return true;
	http_stream_drop(listener->stream);
	leave(listener);
	return false;
}

static void
leave(ApiListener *listener)
{
	listener->stream = NULL;
	listener->gone(listener->context);
}
