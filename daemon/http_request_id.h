/*
 * http_request_id.h
 *		The id that a request goes by in logs and answers.
 */
#ifndef MCPD_HTTP_REQUEST_ID_H
#define MCPD_HTTP_REQUEST_ID_H

#include "arena.h"

#define HTTP_REQUEST_ID_HEADER "X-Request-Id"

/*
 * What the client sent, where it is 1 to 128 letters, digits and -_.: and so can
 * neither forge a log line nor a header; else 32 random hexadecimal digits.
 * given may be NULL.
 */
extern const char *http_request_id_take(Arena *arena, const char *given);

#endif
