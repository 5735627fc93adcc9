/*
 * json_schema_pattern.h
 *		A pattern of a schema, ready to match.
 *
 * PostgreSQL's regular expressions do the work, so a pattern that takes long can
 * be cancelled like any query.
 */
#ifndef MCP_JSON_SCHEMA_PATTERN_H
#define MCP_JSON_SCHEMA_PATTERN_H

typedef struct JsonSchemaPattern JsonSchemaPattern;

/*
 * The pattern, in the current memory context, whose reset frees also what the
 * regex library allocates on its own.  For text that is no pattern NULL, and
 * *complaint is set to a sentence about it.
 */
extern JsonSchemaPattern *
pattern_compile(const char *text, int length, char **complaint);

/* Whether text is ECMA-262 that we can match, without the cost of compiling. */
extern bool pattern_is_valid(const char *text, int length);

/* Whether the pattern matches anywhere in the text. */
extern bool
pattern_matches(JsonSchemaPattern *pattern, const char *text, int length);

/* As it stands in the schema. */
extern const char *pattern_text(const JsonSchemaPattern *pattern, int *length);

#endif
