/*
 * json_schema_regex.h
 *		ECMA-262 regular expressions, rewritten as PostgreSQL's advanced ones.
 *
 * JSON Schema's patterns are ECMA-262's with Unicode semantics.  Most of it
 * PostgreSQL has too, under the same or another name; what it has not is
 * refused here with a sentence that says so, never matched in another way.
 * Lazy quantifiers become greedy ones: whether there is a match, the only
 * question here, does not depend on them.
 */
#ifndef MCP_JSON_SCHEMA_REGEX_H
#define MCP_JSON_SCHEMA_REGEX_H

#include "lib/stringinfo.h"

typedef struct RegexTranslation
{
	StringInfoData text;   /* UTF-8 whatever the server's encoding */
	bool has_references;   /* \1 or \k<name>: the groups must capture */
	const char *complaint; /* NULL, or why the pattern is none */
	int position;          /* of the complaint, in bytes from 0 */
} RegexTranslation;

/*
 * Translates a pattern in UTF-8.  Returns false, with the complaint set, for a
 * pattern that is malformed or not supported.  All memory is palloc'd.
 */
extern bool
regex_translate(const char *pattern, int length, RegexTranslation *translation);

#endif
