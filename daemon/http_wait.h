/*
 * http_wait.h
 *		A request whose handler has returned, and whose answer is still to come.
 *
 * Its connection is suspended, which costs two calls of the kernel and a look
 * for bytes that are not there; or, where the answer is a matter of milliseconds,
 * left as it is for that long: then libmicrohttpd asks for the answer whenever it
 * runs.
 */
#ifndef MCPD_HTTP_WAIT_H
#define MCPD_HTTP_WAIT_H

#include "http_request.h"

/* Of a server. */
typedef struct HttpWaits
{
	int brief;      /* requests that wait on a connection left as it is */
	bool has_moved; /* something other than they, since that was cleared */
} HttpWaits;

extern HttpWaits *http_waits(HttpServer *server);

/* Its handler has returned without an answer. */
extern void http_wait_begin(HttpRequest *request);

/* libmicrohttpd asked for an answer that is not there. */
extern void http_wait_go_on(HttpRequest *request);

/* The answer is there: libmicrohttpd is to run. */
extern void http_wait_end(HttpRequest *request);

/*
 * libmicrohttpd has ended the connection.  Whoever is to answer still has the
 * request, which has no headers any more and is destroyed when he has.
 */
extern void http_wait_abandon(HttpRequest *request);

#endif
