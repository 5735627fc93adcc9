/*
 * json_schema_punycode.h
 *		RFC 3492: labels of code points as letters, digits and hyphens.
 *
 * Without the "xn--" before it.  Plain C.
 */
#ifndef MCP_JSON_SCHEMA_PUNYCODE_H
#define MCP_JSON_SCHEMA_PUNYCODE_H

#include <stddef.h>
#include <stdint.h>

/* No label of the DNS is longer, in whichever form. */
#define LABEL_MAX 63

/*
 * Both write at most LABEL_MAX units to out and return how many, or -1 for what
 * is malformed or would be longer.
 */
extern int punycode_decode(const char *text, size_t length, uint32_t *out);
extern int punycode_encode(const uint32_t *codes, int count, char *out);

#endif
