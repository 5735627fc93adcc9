/*
 * http_stream.h
 *		An answer whose body comes piece by piece, for as long as its owner likes.
 *
 * What is written waits in memory until the client takes it, up to a limit: a
 * client that reads too slowly is told off by its owner, who closes the stream.
 * Between pieces the connection is suspended and costs nothing.
 */
#ifndef MCPD_HTTP_STREAM_H
#define MCPD_HTTP_STREAM_H

#include "http.h"

#include <stdbool.h>

typedef struct HttpStream HttpStream;

/*
 * Answers the request with status and type, and a body to come.  gone(context)
 * is called, once, when the client leaves or when the whole answer was one
 * without a body (HEAD); the stream is gone after that call.
 */
extern HttpStream *
http_stream_open(HttpRequest *request, int status, const char *type,
                 void (*gone)(void *context), void *context);

/*
 * False, and nothing is taken, where more waits than a client may leave lying;
 * one piece alone is always taken.
 */
extern bool
http_stream_write(HttpStream *stream, const char *bytes, size_t length);

/* The body ends behind what was written; gone() is not called any more. */
extern void http_stream_close(HttpStream *stream);

/* The same, but what waits is thrown away and the connection ends. */
extern void http_stream_drop(HttpStream *stream);

#endif
