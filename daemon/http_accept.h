/*
 * http_accept.h
 *		What a client accepts: the headers Accept and Accept-Encoding (RFC 9110).
 */
#ifndef MCPD_HTTP_ACCEPT_H
#define MCPD_HTTP_ACCEPT_H

#include <stdbool.h>

/*
 * Whether a list such as "text/html, application/json;q=0.5" has room for a
 * media type: it or a range that it lies in, with a weight that is not zero.
 * The most precise member decides.  header NULL: anything goes.
 */
extern bool http_accepts_type(const char *header, const char *type);

/* The same for a coding such as "gzip"; NULL: none is asked for. */
extern bool http_accepts_coding(const char *header, const char *coding);

#endif
