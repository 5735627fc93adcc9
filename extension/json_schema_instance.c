/*
 * json_schema_instance.c
 *		Instances from their parents.
 */
#include "postgres.h"

#include "json_schema_cursor.h"
#include "json_schema_instance.h"
#include "json_schema_node.h"

static int
type_of(const JsonbValue *value)
{
	switch (value->type)
	{
		case jbvNull:
			return TYPE_NULL;
		case jbvBool:
			return TYPE_BOOLEAN;
		case jbvNumeric:
			return TYPE_NUMBER;
		case jbvString:
			return TYPE_STRING;
		default:
			return json_cursor_is_object(value) ? TYPE_OBJECT : TYPE_ARRAY;
	}
}

SchemaInstance
instance_root(const JsonbValue *value, const JsonPath *path)
{
	return (SchemaInstance){value, type_of(value), false, *path};
}

SchemaInstance
instance_member(const SchemaInstance *parent, const JsonbValue *key,
                const JsonbValue *value)
{
	return (SchemaInstance){
		value,
		type_of(value),
		false,
		json_path_key(&parent->path, key->val.string.val, key->val.string.len)};
}

SchemaInstance
instance_name(const SchemaInstance *parent, const JsonbValue *key)
{
	return (SchemaInstance){
		key,
		TYPE_STRING,
		true,
		json_path_key(&parent->path, key->val.string.val, key->val.string.len)};
}

SchemaInstance
instance_item(const SchemaInstance *parent, int index, const JsonbValue *value)
{
	return (SchemaInstance){
		value, type_of(value), false, json_path_item(&parent->path, index)};
}
