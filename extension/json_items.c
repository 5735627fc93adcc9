/*
 * json_items.c
 *		The items of an array, and their names where each has one of its own.
 */
#include "postgres.h"

#include "json_items.h"

static void read_values(JsonItems *items, JsonbContainer *array);
static bool read_names(JsonItems *items, const char *key);
static char *read_name(const JsonbValue *item, const char *key);

void
json_items_read(JsonItems *items, JsonbContainer *array, const char *key)
{
	read_values(items, array);
	items->names = palloc(sizeof(char *) * (size_t) Max(items->count, 1));
	items->by_name = name_map_create();
	if (key == NULL || !read_names(items, key))
	{
		items->names = NULL;
		items->by_name = NULL;
	}
}

/* One pass: to reach the nth item by its number costs a walk of its own. */
static void
read_values(JsonItems *items, JsonbContainer *array)
{
	JsonbIterator *iterator = JsonbIteratorInit(array);
	JsonbIteratorToken token;
	JsonbValue value;

	items->count = 0;
	items->values =
		palloc(sizeof(JsonbValue) * (size_t) Max(JsonContainerSize(array), 1));
	while ((token = JsonbIteratorNext(&iterator, &value, true)) != WJB_DONE)
	{
		if (token == WJB_ELEM)
			items->values[items->count++] = value;
	}
}

static bool
read_names(JsonItems *items, const char *key)
{
	for (int i = 0; i < items->count; i++)
	{
		char *name = read_name(&items->values[i], key);

		if (name == NULL || name_map_add(items->by_name, name, i) >= 0)
			return false;
		items->names[i] = name;
	}
	return true;
}

static char *
read_name(const JsonbValue *item, const char *key)
{
	JsonbValue name;

	if (item->type != jbvBinary ||
	    !JsonContainerIsObject(item->val.binary.data))
		return NULL;
	if (getKeyJsonValueFromContainer(
			item->val.binary.data, key, (int) strlen(key), &name) == NULL ||
	    name.type != jbvString)
		return NULL;
	return pnstrdup(name.val.string.val, (Size) name.val.string.len);
}
