/*
 * http.h
 *		HTTP on the loop: requests come in whole, answers go out when ready.
 *
 * libmicrohttpd speaks the protocol and is driven by the loop.  A handler is
 * called once for each request, with its body complete; it answers at once or
 * later, exactly once.  All that a request owns lies in its arena, which lives
 * until the answer has been sent.
 */
#ifndef MCPD_HTTP_H
#define MCPD_HTTP_H

#include "arena.h"
#include "config.h"
#include "status.h"

#include <stddef.h>

typedef struct HttpServer HttpServer;
typedef struct HttpRequest HttpRequest;

typedef enum HttpMethod
{
	HTTP_OTHER, /* one that no route of ours has */
	HTTP_GET,   /* HEAD too: libmicrohttpd leaves the body out */
	HTTP_POST,
	HTTP_PUT,
	HTTP_DELETE
} HttpMethod;

typedef void (*HttpHandler)(void *context, HttpRequest *request);

/* Listens on config's host and port and hands each request to handler. */
extern Status
http_start(const Config *config, HttpHandler handler, void *context,
           HttpServer **server, Error *error) MUST_CHECK;

/* The port it listens on: config's, or the free one that was found. */
extern int http_port(const HttpServer *server);

/* New connections are refused from now on; requests under way go on. */
extern void http_stop_listening(HttpServer *server);

/*
 * Ends it: what was not answered yet is answered with 503.  Whoever holds a
 * request must have let go of it before, as its memory is gone afterwards.
 */
extern void http_destroy(HttpServer *server);

/* Requests that a handler has been given and not answered. */
extern int http_pending(const HttpServer *server);

extern Arena *http_arena(HttpRequest *request);
extern HttpMethod http_method(const HttpRequest *request);

/* Decoded, without the query. */
extern const char *http_path(const HttpRequest *request);

/* NULL where there is none; names of headers in any case. */
extern const char *http_header(HttpRequest *request, const char *name);
extern const char *http_query(HttpRequest *request, const char *name);

/* Ended by a NUL that does not count; "" and 0 without a body. */
extern const char *http_body(const HttpRequest *request, size_t *length);

/* The client's X-Request-Id where it is sane, else one of ours. */
extern const char *http_request_id(const HttpRequest *request);

/* A header of the answer to come; both are copied. */
extern void
http_add_header(HttpRequest *request, const char *name, const char *value);

/*
 * Answers.  body must stay where it is as long as the request's arena does:
 * constant text, or memory that the arena owns.  The request may be gone when
 * this returns, unless its handler is still running.
 */
extern void http_answer(HttpRequest *request, int status, const char *type,
                        const char *body, size_t length);

/* The phrase of a status code: "Not Found". */
extern const char *http_reason(int status);

#endif
