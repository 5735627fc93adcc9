/*
 * json_schema_regex_reader.h
 *		The characters of a pattern, its escapes and its classes.
 *
 * The lexical half of json_schema_regex: here each escape becomes a code point
 * or a set, there groups and quantifiers are put together.
 */
#ifndef MCP_JSON_SCHEMA_REGEX_READER_H
#define MCP_JSON_SCHEMA_REGEX_READER_H

#include "json_schema_char_set.h"

#define REGEX_END 0xFFFFFFFFU

typedef struct RegexReader
{
	const char *text;
	int length;
	int at;
	const char *complaint; /* NULL until something is wrong; then it stays */
	int position;          /* where the complaint is about */
} RegexReader;

extern void
regex_reader_init(RegexReader *reader, const char *text, int length);

/* The next code point, or REGEX_END; take moves past it. */
extern uint32 regex_peek(const RegexReader *reader);
extern uint32 regex_take(RegexReader *reader);

/* Moves past the literal text and returns true if it stands next. */
extern bool regex_skip(RegexReader *reader, const char *literal);

/* Keeps the first complaint only.  Always returns false. */
extern bool regex_complain(RegexReader *reader, const char *complaint);

/* A decimal number; false where no digit stands next.  Large ones saturate. */
extern bool regex_take_number(RegexReader *reader, int *number);

/* The name between < and >, which are taken too. */
extern bool
regex_take_name(RegexReader *reader, const char **name, int *length);

/*
 * What follows a backslash, where it stands for a set (\d, \p{...}) or for one
 * character; *set is filled, of one member in the second case.
 */
extern bool
regex_take_escape(RegexReader *reader, bool is_in_class, CharSet *set);

/* A bracket expression whose '[' has been taken, written to out. */
extern bool regex_take_class(RegexReader *reader, StringInfo out);

#endif
