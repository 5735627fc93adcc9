/*
 * http.h
 *		HTTP on the loop: requests come in whole, answers go out when ready.
 *
 * libmicrohttpd speaks the protocol and is driven by the loop.  A request is
 * shown twice: when its headers are there, to be let in or answered, and when
 * its body is complete, to be handled.  It is answered exactly once, at once or
 * later.  All that it owns lies in its arena, which lives until the answer has
 * been sent.
 */
#ifndef MCPD_HTTP_H
#define MCPD_HTTP_H

#include "arena.h"
#include "config.h"
#include "http_uri.h"
#include "status.h"

#include <stddef.h>
#include <stdint.h>

typedef struct HttpServer HttpServer;
typedef struct HttpRequest HttpRequest;

typedef enum HttpMethod
{
	HTTP_OTHER, /* one that no route of ours has */
	HTTP_GET,   /* HEAD too: libmicrohttpd leaves the body out */
	HTTP_POST,
	HTTP_PUT,
	HTTP_DELETE,
	HTTP_OPTIONS
} HttpMethod;

typedef struct HttpHandler
{
	/*
	 * The headers are there.  Answering now refuses the request: its body is
	 * not kept.  Otherwise the state that is set goes to received().
	 */
	void (*arrived)(void *context, HttpRequest *request);

	/* The body is complete. */
	void (*received)(void *context, HttpRequest *request, void *state);

	/* Its answer goes out now, nanoseconds after its headers were there. */
	void (*answered)(void *context, const HttpRequest *request, void *state,
	                 int status, uint64_t nanoseconds);

	/* A refusal of http's own: code and a sentence, to be answered with. */
	void (*refused)(void *context, HttpRequest *request, int code,
	                const char *detail);
} HttpHandler;

/* Listens on config's host and port. *handler must outlive the server. */
extern Status
http_start(const Config *config, const HttpHandler *handler, void *context,
           HttpServer **server, Error *error) MUST_CHECK;

/* The port it listens on: config's, or the free one that was found. */
extern int http_port(const HttpServer *server);

/* New connections are refused from now on; requests under way go on. */
extern void http_stop_listening(HttpServer *server);

/*
 * Ends it.  Whoever holds a request must have let go of it before: its memory
 * is gone afterwards, and its client sees the connection end.
 */
extern void http_destroy(HttpServer *server);

/* Requests whose answer has not been sent yet. */
extern int http_pending(const HttpServer *server);

/* Notes that the request is state's, also where it is refused. */
extern void http_set_state(HttpRequest *request, void *state);

extern Arena *http_arena(HttpRequest *request);
extern HttpMethod http_method(const HttpRequest *request);
extern const HttpUri *http_uri(const HttpRequest *request);

/* NULL where there is none; names in any case. */
extern const char *http_header(HttpRequest *request, const char *name);

/*
 * Ended by a NUL that does not count, without one in it, nor a byte order mark
 * before it; "" for no body.
 */
extern const char *http_body(const HttpRequest *request, size_t *length);

/*
 * Where the client comes from, as a text: its address, of IPv6 the network of 64
 * bits that one client has.  NULL where it cannot be told.
 */
extern const char *http_client_address(HttpRequest *request);

/* The client's X-Request-Id where it is sane, else one of ours. */
extern const char *http_request_id(const HttpRequest *request);

/*
 * From received(): the answer is a matter of milliseconds, so that it costs less
 * to leave the connection as it is than to suspend it.  Should the client leave
 * meanwhile, the request is answered all the same; it has no headers then.
 */
extern void http_expect_soon(HttpRequest *request);

/*
 * Calls gone(context) when the client ends the connection while its answer is
 * awaited: nobody will read it; gone NULL: whoever held it need not know.  The
 * request is gone after that call, so whoever holds it lets go.
 */
extern void
http_on_gone(HttpRequest *request, void (*gone)(void *context), void *context);

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

/*
 * The same with a place for the compressed form of body, which is used where it
 * is there and else made there; it is the owner's, and ends with free().  NULL:
 * none.  It must live as long as the request.
 */
typedef struct HttpPacked
{
	char *bytes; /* NULL: not made */
	size_t length;
} HttpPacked;

extern void
http_answer_packed(HttpRequest *request, int status, const char *type,
                   const char *body, size_t length, HttpPacked *packed);

/* The phrase of a status code: "Not Found". */
extern const char *http_reason(int status);

#endif
