/*
 * json_schema_format.h
 *		The values of "format" that can be asserted, by name.
 */
#ifndef MCP_JSON_SCHEMA_FORMAT_H
#define MCP_JSON_SCHEMA_FORMAT_H

typedef struct JsonSchemaFormat JsonSchemaFormat;

/* NULL for a format that we know nothing about: it is an annotation only. */
extern const JsonSchemaFormat *format_find(const char *name, int length);

extern const char *format_name(const JsonSchemaFormat *format);

/* text is in the server's encoding. */
extern bool
format_matches(const JsonSchemaFormat *format, const char *text, int length);

#endif
