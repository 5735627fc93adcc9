/*
 * json_schema_hostname.h
 *		Host names (RFC 1123), international ones (RFC 5890), and the mail
 *		addresses (RFC 5321, RFC 6531) that end in them.  Plain C.
 */
#ifndef MCP_JSON_SCHEMA_HOSTNAME_H
#define MCP_JSON_SCHEMA_HOSTNAME_H

#include <stdbool.h>
#include <stddef.h>

/* ASCII only; a label that starts with "xn--" must stand for a real one. */
extern bool hostname_is_ascii(const char *text, size_t length);
extern bool hostname_is_international(const char *text, size_t length);

extern bool hostname_is_email(const char *text, size_t length);
extern bool hostname_is_international_email(const char *text, size_t length);

#endif
