/*
 * json_walk.h
 *		A walk over the members of an object, in the order of their keys.
 *
 * jsonb keeps them sorted, so two objects are walked side by side: whichever walk
 * is behind goes on, as in a merge.
 */
#ifndef MCP_JSON_WALK_H
#define MCP_JSON_WALK_H

#include "utils/jsonb.h"

typedef struct JsonWalk
{
	JsonbIterator *iterator;
	bool is_over; /* then there is no member */
	JsonbValue key;
	JsonbValue value; /* a container is not entered */
} JsonWalk;

/* At the first member, or over. */
extern void json_walk_open(JsonWalk *members, JsonbContainer *object);

/* At the next member, or over. */
extern void json_walk_next(JsonWalk *members);

/*
 * Less than 0: the key of a comes first in jsonb's order, by length, then by bytes;
 * 0: they are the same.  A walk that is over comes last; not both may be.
 */
extern int json_walk_compare(const JsonWalk *a, const JsonWalk *b);

#endif
