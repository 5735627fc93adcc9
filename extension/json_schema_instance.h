/*
 * json_schema_instance.h
 *		What a schema is held against: a value or the name of a property, and
 *		where it stands.
 *
 * On the stack of whoever evaluates it, as are its parents: a child must not
 * outlive them, and its address tells it from all others in an evaluation.
 */
#ifndef MCP_JSON_SCHEMA_INSTANCE_H
#define MCP_JSON_SCHEMA_INSTANCE_H

#include "utils/jsonb.h"

#include "json_path.h"

typedef struct SchemaInstance
{
	const JsonbValue *value;
	int type; /* a bit; TYPE_NUMBER for each number, integers included */
	bool is_name;
	JsonPath path;
} SchemaInstance;

extern SchemaInstance
instance_root(const JsonbValue *value, const JsonPath *path);
extern SchemaInstance
instance_member(const SchemaInstance *parent, const JsonbValue *key,
                const JsonbValue *value);
extern SchemaInstance
instance_name(const SchemaInstance *parent, const JsonbValue *key);
extern SchemaInstance
instance_item(const SchemaInstance *parent, int index, const JsonbValue *value);

#endif
