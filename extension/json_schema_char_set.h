/*
 * json_schema_char_set.h
 *		A set of characters: what \w, \p{Greek} or [a-z] stand for in a pattern.
 *
 * ECMA-262 defines its classes over Unicode, whatever the database's locale, so
 * none of the server's own classes will do: each is spelt out as ranges.
 */
#ifndef MCP_JSON_SCHEMA_CHAR_SET_H
#define MCP_JSON_SCHEMA_CHAR_SET_H

#include "lib/stringinfo.h"

typedef struct CharRange
{
	uint32 first;
	uint32 last;
} CharRange;

typedef struct CharSet
{
	CharRange *ranges; /* in the memory context of char_set_init */
	int count;
	int room;
} CharSet;

extern void char_set_init(CharSet *set);
extern void char_set_add(CharSet *set, uint32 first, uint32 last);

/* All that is in the other; then, or instead, all that is not. */
extern void char_set_add_set(CharSet *set, const CharSet *other);
extern void char_set_add_complement(CharSet *set, CharSet *other);

/* One of d, D, w, W, s and S. */
extern void char_set_add_class(CharSet *set, char letter);

/*
 * What stands in the braces of \p{...}: a general category, Script=..., or one
 * of Any, ASCII and Assigned.  Returns false for all else.
 */
extern bool char_set_add_property(CharSet *set, const char *name, int length);

/*
 * Writes the set, or with is_negated its complement, as an atom of PostgreSQL's
 * advanced regular expressions.
 */
extern void char_set_print(CharSet *set, bool is_negated, StringInfo out);

/* Writes one character so that it means itself, in and out of brackets. */
extern void char_set_print_code(uint32 code, StringInfo out);

#endif
