/*
 * json_diff.h
 *		What must change in one document to make another of it.
 *
 * Differences are told at the deepest place where both documents still have the
 * same shape, each once.  Equality is jsonb's: 1.0 is 1, and the order of keys
 * means nothing.
 */
#ifndef MCP_JSON_DIFF_H
#define MCP_JSON_DIFF_H

#include "utils/jsonb.h"

#include "json_path.h"

typedef enum JsonChange
{
	JSON_ADDED,   /* stands only in the newer: before is NULL */
	JSON_REMOVED, /* stood only in the older: after is NULL */
	JSON_CHANGED  /* is there in both, and not equal */
} JsonChange;

/* "added", "removed", "changed": as SQL says it. */
extern const char *json_change_name(JsonChange change);

/*
 * Path and values live only during the call.  The path of a removed item has its
 * index in the older document, any other path those of the newer.
 */
typedef void (*JsonDiffVisit)(void *context, const JsonPath *path,
                              JsonChange change, const JsonbValue *before,
                              const JsonbValue *after);

/*
 * Items of arrays are compared by position.  With an item_key (NULL: none) those
 * of an array whose items are, in both documents, objects that carry the key
 * with a string of their own are matched by it instead; where matched items
 * stand in another order, the array itself is visited as changed, its values
 * being the keys in their two orders.
 */
extern void json_diff_walk(Jsonb *before, Jsonb *after, const char *item_key,
                           JsonDiffVisit visit, void *context);

#endif
