/*
 * json_members.h
 *		A walk over the members of an object, in the order of their keys.
 *
 * jsonb keeps them sorted, so two objects are walked side by side: whichever walk
 * is behind goes on, as in a merge.
 */
#ifndef MCP_JSON_MEMBERS_H
#define MCP_JSON_MEMBERS_H

#include "utils/jsonb.h"

typedef struct JsonMembers
{
	JsonbIterator *iterator;
	bool is_over; /* then there is no member */
	JsonbValue key;
	JsonbValue value; /* a container is not entered */
} JsonMembers;

/* At the first member, or over. */
extern void json_members_open(JsonMembers *members, JsonbContainer *object);

/* At the next member, or over. */
extern void json_members_next(JsonMembers *members);

/*
 * Less than 0: the key of a comes first in jsonb's order, by length, then by bytes;
 * 0: they are the same.  A walk that is over comes last; not both may be.
 */
extern int json_members_compare(const JsonMembers *a, const JsonMembers *b);

#endif
