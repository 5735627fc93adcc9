/*
 * json_schema_cursor.c
 *		Reads the entries of a container as utils/jsonb.h lays them down.
 */
#include "postgres.h"

#include "json_schema_cursor.h"

JsonbValue
json_cursor_root(Jsonb *document)
{
	JsonbValue value;

	if (JsonbExtractScalar(&document->root, &value))
		return value;
	value.type = jbvBinary;
	value.val.binary.data = &document->root;
	value.val.binary.len = (int) (VARSIZE(document) - VARHDRSZ);
	return value;
}

bool
json_cursor_is_object(const JsonbValue *value)
{
	return value->type == jbvBinary &&
	       JsonContainerIsObject(value->val.binary.data);
}

bool
json_cursor_is_array(const JsonbValue *value)
{
	return value->type == jbvBinary &&
	       JsonContainerIsArray(value->val.binary.data);
}

int
json_cursor_count(const JsonbValue *value)
{
	return (int) JsonContainerSize(value->val.binary.data);
}

void
json_cursor_open(JsonCursor *cursor, const JsonbValue *value)
{
	cursor->container = value->val.binary.data;
	cursor->count = json_cursor_count(value);
	cursor->index = 0;
	cursor->key_offset = 0;
	cursor->value_offset =
		JsonContainerIsObject(cursor->container) && cursor->count > 0
			? getJsonbOffset(cursor->container, cursor->count)
			: 0;
}

/* The entry at an index, whose data begins at the offset. */
static void
fill(const JsonCursor *cursor, int index, uint32 offset, JsonbValue *value)
{
	JsonbContainer *container = cursor->container;
	JEntry entry = container->children[index];
	int entries =
		JsonContainerIsObject(container) ? cursor->count * 2 : cursor->count;
	char *data = (char *) &container->children[entries];

	if (JBE_ISSTRING(entry))
	{
		value->type = jbvString;
		value->val.string.val = data + offset;
		value->val.string.len = (int) getJsonbLength(container, index);
	}
	else if (JBE_ISNUMERIC(entry))
	{
		value->type = jbvNumeric;
		value->val.numeric = (Numeric) (data + INTALIGN(offset));
	}
	else if (JBE_ISBOOL(entry))
	{
		value->type = jbvBool;
		value->val.boolean = JBE_ISBOOL_TRUE(entry);
	}
	else if (JBE_ISNULL(entry))
		value->type = jbvNull;
	else
	{
		value->type = jbvBinary;
		value->val.binary.data = (JsonbContainer *) (data + INTALIGN(offset));
		value->val.binary.len = (int) (getJsonbLength(container, index) -
		                               (INTALIGN(offset) - offset));
	}
}

bool
json_cursor_next_item(JsonCursor *cursor, JsonbValue *item)
{
	int index = cursor->index;

	if (index >= cursor->count)
		return false;
	fill(cursor, index, cursor->key_offset, item);
	JBE_ADVANCE_OFFSET(cursor->key_offset, cursor->container->children[index]);
	cursor->index++;
	return true;
}

bool
json_cursor_next_key(JsonCursor *cursor, JsonbValue *key)
{
	return json_cursor_next_item(cursor, key);
}

bool
json_cursor_next_pair(JsonCursor *cursor, JsonbValue *key, JsonbValue *value)
{
	int index = cursor->index + cursor->count;

	if (!json_cursor_next_item(cursor, key))
		return false;
	fill(cursor, index, cursor->value_offset, value);
	JBE_ADVANCE_OFFSET(cursor->value_offset,
	                   cursor->container->children[index]);
	return true;
}

bool
json_cursor_find(const JsonbValue *value, const char *key, int length,
                 JsonbValue *member)
{
	return json_cursor_is_object(value) &&
	       getKeyJsonValueFromContainer(
			   value->val.binary.data, key, length, member) != NULL;
}

int
json_cursor_compare_keys(const char *a, int a_length, const char *b,
                         int b_length)
{
	if (a_length != b_length)
		return a_length < b_length ? -1 : 1;
	return memcmp(a, b, (size_t) a_length);
}
