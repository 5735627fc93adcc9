/*
 * http_patience.h
 *		How long clients may take to send a request.
 *
 * libmicrohttpd drops who is silent, and one who sends a byte now and then is
 * never silent (slowloris).  So headers and bodies have their time by our own
 * clock, a body by its length, and who takes more is cut off.
 */
#ifndef MCPD_HTTP_PATIENCE_H
#define MCPD_HTTP_PATIENCE_H

#include <stddef.h>
#include <stdint.h>

typedef struct HttpPatience HttpPatience;

typedef enum HttpExpected
{
	HTTP_EXPECTED_NOTHING, /* it is our turn */
	HTTP_EXPECTED_HEADERS, /* he has just connected */
	HTTP_EXPECTED_BODY,
	HTTP_EXPECTED_NEXT /* another request, when he likes, and then its headers */
} HttpExpected;

/* One connection; lies in its HttpClient. */
typedef struct HttpPatient
{
	struct HttpPatient *next;
	struct HttpPatient **place;
	int fd;
	uint64_t deadline; /* of the loop's clock; 0: none */
} HttpPatient;

/* seconds: for headers; idle_seconds: between requests. */
extern HttpPatience *http_patience_create(double seconds, double idle_seconds);

/* All have left. NULL is fine. */
extern void http_patience_destroy(HttpPatience *patience);

/* He has connected.  fd is open until he leaves. */
extern void
http_patience_enter(HttpPatience *patience, HttpPatient *patient, int fd);
extern void http_patience_leave(HttpPatient *patient);

/* bytes: of a body, that are expected from now on. */
extern void
http_patience_expect(const HttpPatience *patience, HttpPatient *patient,
                     HttpExpected expected, size_t bytes);

#endif
