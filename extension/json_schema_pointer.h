/*
 * json_schema_pointer.h
 *		JSON Pointers (RFC 6901) and relative ones, as texts.  Plain C.
 *
 * Following a pointer through a schema is json_schema_resolve's work; here is
 * only what may be written.
 */
#ifndef MCP_JSON_SCHEMA_POINTER_H
#define MCP_JSON_SCHEMA_POINTER_H

#include <stdbool.h>
#include <stddef.h>

extern bool pointer_is_absolute(const char *text, size_t length);
extern bool pointer_is_relative(const char *text, size_t length);

/*
 * Takes the next reference token of a pointer that starts with '/' at
 * *position, which moves behind it.  The token is unescaped into token, which
 * has room for length bytes; its length is returned.
 */
extern size_t pointer_take_token(const char *text, size_t length,
                                 size_t *position, char *token);

#endif
