/*
 * json_schema_unicode.h
 *		What kind of character a code point is, and UTF-8 to code points.
 *
 * The server's own classes follow the locale; a schema must mean the same in
 * every database, so the properties come from tables of our own.  Plain C.
 */
#ifndef MCP_JSON_SCHEMA_UNICODE_H
#define MCP_JSON_SCHEMA_UNICODE_H

#include <stddef.h>
#include <stdint.h>

#include "json_schema_unicode_values.h"

#define UNICODE_LAST 0x10FFFF

/* Runs of characters with one value: first code point << 8 | value, sorted. */
typedef struct UnicodeTable
{
	const uint32_t *runs;
	int count;
} UnicodeTable;

extern const UnicodeTable unicode_category; /* UnicodeCategory */
extern const UnicodeTable unicode_script;   /* UnicodeScript */
extern const UnicodeTable unicode_bidi;     /* UnicodeBidi */
extern const UnicodeTable unicode_joining;  /* UnicodeJoining */
extern const UnicodeTable unicode_virama;   /* 1: a Virama, otherwise 0 */
extern const UnicodeTable unicode_idna;     /* UnicodeIdna */

/* By UnicodeScript: its four-letter code, its name. */
extern const char *const unicode_script_names[][2];
extern const int unicode_script_count;

extern int unicode_find_value(const UnicodeTable *table, uint32_t code);

/*
 * The code point at *position, which moves behind it.  The text must be valid
 * UTF-8 and *position before the end: what comes out of the server is.
 */
extern uint32_t
utf8_take_code(const char *text, size_t length, size_t *position);

/* Writes 1 to 4 bytes to out, returns how many. */
extern int utf8_put_code(uint32_t code, char *out);

#endif
