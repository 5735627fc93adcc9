/*
 * http_client.h
 *		The other end of a connection, and noticing that it has left.
 *
 * libmicrohttpd does not look at a suspended connection, and on one that it
 * does look at it can miss the end, when that came together with data: its
 * epoll is edge-triggered.  So the loop looks for the end, too.
 *
 * A client that only closed its own half is taken for gone by whoever waits
 * for it: the two cannot be told apart.
 */
#ifndef MCPD_HTTP_CLIENT_H
#define MCPD_HTTP_CLIENT_H

#include "http.h"
#include "http_patience.h"
#include "loop.h"

#include <microhttpd.h>

typedef struct HttpClient HttpClient;

/* NULL where its socket cannot be watched; then a time-out has to do. */
extern HttpClient *
http_client_create(HttpServer *server, HttpPatience *patience,
                   struct MHD_Connection *connection);

/* What he is to send from now on. NULL is fine. */
extern void
http_client_expect(HttpClient *client, HttpExpected expected, size_t bytes);

/* Before the socket is closed. NULL is fine. */
extern void http_client_destroy(HttpClient *client);

/* The client that its creator put into the connection's socket context. */
extern HttpClient *http_client_of(struct MHD_Connection *connection);

/*
 * Calls gone(context), later and once, when the client has left, also where it
 * has left already.  gone NULL: nobody waits any more.
 */
extern void
http_client_on_gone(HttpClient *client, LoopCallback gone, void *context);

#endif
