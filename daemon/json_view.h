/*
 * json_view.h
 *		JSON text, looked at where it lies: nothing is built, copied or changed.
 *
 * What a step is given and what it returns passes through the daemon byte for
 * byte, so that a number keeps every digit that PostgreSQL or the step wrote; a
 * parser that builds values would round it.  Text from PostgreSQL is taken as
 * it is; text from anybody else goes through json_view_check() first.
 */
#ifndef MCPD_JSON_VIEW_H
#define MCPD_JSON_VIEW_H

#include "arena.h"

#include <stdbool.h>
#include <stdint.h>

/* One well-formed value without space around it; text is NULL where absent. */
typedef struct JsonView
{
	const char *text;
	size_t length;
} JsonView;

typedef enum JsonKind
{
	JSON_VIEW_ABSENT,
	JSON_VIEW_NULL,
	JSON_VIEW_FALSE,
	JSON_VIEW_TRUE,
	JSON_VIEW_NUMBER,
	JSON_VIEW_STRING,
	JSON_VIEW_ARRAY,
	JSON_VIEW_OBJECT
} JsonKind;

/* Walks the members of an object or the elements of an array. */
typedef struct JsonWalk
{
	const char *at;
	const char *end;
	JsonView name; /* of the member, as written; absent in an array */
	JsonView value;
} JsonWalk;

/* How deep values may be nested: jsonb takes more, people do not write it. */
#define JSON_VIEW_DEPTH 1000

/*
 * Whether text is one JSON value (RFC 8259) that jsonb can store; sets *value.
 * If not, returns what is wrong in words, and at which byte.  Stricter than the
 * standard where jsonb is: no \u0000, no half of a surrogate pair, no number
 * outside the range of numeric.
 */
extern const char *json_view_check(const char *text, size_t length,
                                   JsonView *value, size_t *where);

/* What PostgreSQL made: one value, space around it taken off. */
extern JsonView json_view_trust(const char *text);

extern JsonKind json_view_kind(JsonView value);

/* The member of that plain name, the last of several as in jsonb, or absent. */
extern JsonView json_view_find(JsonView object, const char *name);

/* Absent, and every kind but array and object, has nothing to walk. */
extern JsonWalk json_view_walk(JsonView value);
extern bool json_view_next(JsonWalk *walk);

/* The characters of a string, or NULL where it is anything else. */
extern char *json_view_text(JsonView value, Arena *arena);

/* false where it is no number, or no integer of 64 bits. */
extern bool json_view_integer(JsonView value, int64_t *integer);
extern bool json_view_double(JsonView value, double *number);

#endif
