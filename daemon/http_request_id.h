/*
 * http_request_id.h
 *		The id that a request goes by in logs and answers.
 */
#ifndef MCPD_HTTP_REQUEST_ID_H
#define MCPD_HTTP_REQUEST_ID_H

#include "arena.h"

#include <stdint.h>

/* Where ids come from that are nobody else's: a random place, and a count. */
typedef struct HttpRequestIds
{
	uint64_t place;
	uint64_t count;
} HttpRequestIds;

extern void http_request_ids_init(HttpRequestIds *ids);

#define HTTP_REQUEST_ID_HEADER "X-Request-Id"

/*
 * What the client sent, where it is 1 to 128 letters, digits and -_.: and so can
 * neither forge a log line nor a header; else the next of ids, 32 hexadecimal
 * digits.  given may be NULL.
 */
extern const char *
http_request_id_take(Arena *arena, const char *given, HttpRequestIds *ids);

#endif
