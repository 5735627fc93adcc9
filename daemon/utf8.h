/*
 * utf8.h
 *		Whether bytes are characters that PostgreSQL takes as text.
 */
#ifndef MCPD_UTF8_H
#define MCPD_UTF8_H

#include <stddef.h>

/*
 * The length, 1 to 4, of the character that starts at bytes, or 0 where none
 * does: an overlong form, half of a surrogate pair, a value past U+10FFFF, a
 * sequence that limit cuts.  limit must not be 0.
 */
extern size_t utf8_measure(const char *bytes, size_t limit);

/* The bytes (1 to 4) of a code point that is no surrogate. */
extern size_t utf8_print(char bytes[4], unsigned int code_point);

#endif
