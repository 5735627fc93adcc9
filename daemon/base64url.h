/*
 * base64url.h
 *		Bytes as text that fits a URL (RFC 4648 section 5), without padding.
 */
#ifndef MCPD_BASE64URL_H
#define MCPD_BASE64URL_H

#include "arena.h"

#include <stdbool.h>
#include <stddef.h>

extern const char *
base64url_print(Arena *arena, const unsigned char *bytes, size_t length);

/*
 * Returns false where the text is not what base64url_print would have made, or
 * does not fit into room bytes.
 */
extern bool base64url_parse(const char *text, size_t text_length,
                            unsigned char *bytes, size_t room, size_t *length);

#endif
