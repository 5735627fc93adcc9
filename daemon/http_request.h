/*
 * http_request.h
 *		A request from its first line to its last byte: for the rooms of http.
 *
 * The server hands in what libmicrohttpd brings; the request keeps the body,
 * knows how far it is, and makes the answer that libmicrohttpd takes.
 */
#ifndef MCPD_HTTP_REQUEST_H
#define MCPD_HTTP_REQUEST_H

#include "http.h"
#include "http_request_id.h"
#include "http_stream.h"
#include "loop.h"

#include <microhttpd.h>

typedef enum HttpProgress
{
	HTTP_ARRIVING,  /* its target is known */
	HTTP_RECEIVING, /* its body is coming, and kept */
	HTTP_REFUSED,   /* answered before its body came, which is not kept */
	HTTP_HANDLING,  /* its handler is on the stack */
	HTTP_WAITING,   /* its handler has returned, its answer is to come */
	HTTP_ANSWERED,  /* the answer is to be queued */
	HTTP_SENDING,   /* libmicrohttpd has the answer */
	HTTP_GONE,      /* the client went away before the answer */
	HTTP_ABANDONED  /* its connection too, and it is still to be answered */
} HttpProgress;

typedef struct HttpHeader
{
	struct HttpHeader *next;
	const char *name;
	const char *value;
} HttpHeader;

struct HttpRequest
{
	HttpServer *server;
	struct MHD_Connection *connection; /* NULL: it has ended */
	Arena *arena;
	HttpProgress progress;
	HttpMethod method;
	HttpUri uri;
	bool is_malformed; /* its target is none */
	bool is_head;      /* its answer has no body */
	bool is_ambiguous; /* where its body ends: nothing after it is read */
	const char *id;
	uint64_t arrived_at; /* by uv_hrtime() */
	void *state;         /* of the handler */
	char *body;
	size_t length;
	size_t room;
	size_t swallowed; /* bytes of a body that is not kept */
	bool is_brief;    /* its answer is a matter of milliseconds */
	bool is_suspended;
	uint64_t waits_since; /* by loop_now(), where it is not suspended */
	LoopCallback gone;    /* NULL: whoever answers does not want to know */
	void *gone_context;
	HttpHeader *headers; /* of the answer */
	int status;
	const char *answer;
	size_t answer_length;
	HttpStream *stream; /* NULL: the answer is whole */
	HttpPacked *packed; /* NULL: no place for it */
};

extern HttpRequest *
http_request_create(HttpServer *server, struct MHD_Connection *connection,
                    const char *target);
extern void http_request_destroy(HttpRequest *request);

/* Now that its headers are there. */
extern void http_request_arrive(HttpRequest *request, const char *method);

/* The length that the headers give its body; 0 where they give none. */
extern unsigned long long http_request_announced(const HttpRequest *request);

/* Its body comes in chunks, of a length that nobody said. */
extern bool http_request_is_chunked(const HttpRequest *request);

/*
 * The answer of a refused request may go out before its body came: the client
 * waits for leave to send it, or it is too much to be read just for manners.
 */
extern bool
http_request_skips_body(const HttpRequest *request, size_t max_body);

/* Keeps a piece of the body.  False: not within max_body bytes. */
extern bool http_request_keep(HttpRequest *request, const char *bytes,
                              size_t length, size_t max_body);

/* Counts a piece that is not kept.  False: it has lasted long enough. */
extern bool
http_request_swallow(HttpRequest *request, size_t length, size_t max_body);

/* Hands the answer to libmicrohttpd. */
extern enum MHD_Result http_request_send(HttpRequest *request);

/* Of the stream: the answer that it is, that it goes out, that it is over. */
extern struct MHD_Response *http_stream_respond(HttpStream *stream);
extern void http_stream_begin(HttpStream *stream);
extern void http_stream_end(HttpStream *stream);

/* Of the server: tells its handler that the answer goes out. */
extern void http_tell_answered(HttpRequest *request);

/* Of the server: where the ids of its requests come from. */
extern HttpRequestIds *http_request_ids(HttpServer *server);

/* Of the server: let libmicrohttpd run soon, a connection was resumed. */
extern void http_drive_soon(HttpServer *server);

#endif
