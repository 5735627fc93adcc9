/*
 * percent.h
 *		Percent-encoding of addresses, taken strictly.
 */
#ifndef MCPD_PERCENT_H
#define MCPD_PERCENT_H

#include <stdbool.h>

/*
 * Decodes text in place.  False for a "%" without two digits, for an encoded
 * NUL, and where the result is not UTF-8: such an address names nothing.
 */
extern bool percent_decode(char *text);

/*
 * Writes text for a query, all but unreserved characters (RFC 3986) encoded, and
 * a NUL.  encoded has room for three bytes for each of text's, and one more.
 */
extern void percent_encode(char *encoded, const char *text);

/* Well-formed UTF-8: no surrogates, no overlong forms. */
extern bool percent_is_utf8(const char *text);

#endif
