/*
 * json_schema_cursor.h
 *		A walk through the members of one jsonb array or object.
 *
 * JsonbIterator serves whole documents, and allocates for each level; this walks
 * one container, in order, from the stack.  The values point into the container
 * and are as good as long as it is.
 */
#ifndef MCP_JSON_SCHEMA_CURSOR_H
#define MCP_JSON_SCHEMA_CURSOR_H

#include "utils/jsonb.h"

typedef struct JsonCursor
{
	JsonbContainer *container;
	int count;
	int index; /* of what comes next */
	uint32 key_offset;
	uint32 value_offset;
} JsonCursor;

/* The whole document as one value. */
extern JsonbValue json_cursor_root(Jsonb *document);

/* What kind of container a jbvBinary value is. */
extern bool json_cursor_is_object(const JsonbValue *value);
extern bool json_cursor_is_array(const JsonbValue *value);

/* How many items or members it has. */
extern int json_cursor_count(const JsonbValue *value);

/* value is an array for next_item, an object for the two others. */
extern void json_cursor_open(JsonCursor *cursor, const JsonbValue *value);
extern bool json_cursor_next_item(JsonCursor *cursor, JsonbValue *item);
extern bool
json_cursor_next_pair(JsonCursor *cursor, JsonbValue *key, JsonbValue *value);
extern bool json_cursor_next_key(JsonCursor *cursor, JsonbValue *key);

/* A member by its key; false where there is none, or value is no object. */
extern bool json_cursor_find(const JsonbValue *value, const char *key,
                             int length, JsonbValue *member);

/* The order of keys in jsonb: by length, then by byte. */
extern int json_cursor_compare_keys(const char *a, int a_length, const char *b,
                                    int b_length);

#endif
