/*
 * json_items.h
 *		The items of an array, and their names where each has one of its own.
 *
 * A list of steps or tools is a set in disguise: what an item is called stands
 * under one key of it, and its place says little.
 */
#ifndef MCP_JSON_ITEMS_H
#define MCP_JSON_ITEMS_H

#include "utils/jsonb.h"

#include "name_map.h"

typedef struct JsonItems
{
	int count;
	JsonbValue *values;
	char **names;     /* by place; NULL: the items have none */
	NameMap *by_name; /* NULL as well then */
} JsonItems;

/*
 * Reads the array, palloc'd; values point into it.  The items are named if all
 * are objects, all have a string under the key and no two the same; an empty
 * array's are.  A NULL key asks for no names.
 */
extern void
json_items_read(JsonItems *items, JsonbContainer *array, const char *key);

#endif
