/*
 * schema_sketch.h
 *		What is certain of a JSON Schema before there is a value to check.
 *
 * Everything here errs on one side: "may" is true wherever it is not certain that
 * it is false.  A keyword that is not looked at can only forbid more.
 */
#ifndef MCP_SCHEMA_SKETCH_H
#define MCP_SCHEMA_SKETCH_H

#include "utils/jsonb.h"

/* A set of JSON types; an integer is a number too. */
typedef enum SchemaTypes
{
	SCHEMA_NULL = 1 << 0,
	SCHEMA_BOOLEAN = 1 << 1,
	SCHEMA_OBJECT = 1 << 2,
	SCHEMA_ARRAY = 1 << 3,
	SCHEMA_INTEGER = 1 << 4,
	SCHEMA_FRACTION = 1 << 5, /* a number that is no integer */
	SCHEMA_STRING = 1 << 6,
	SCHEMA_ALL_TYPES = (1 << 7) - 1
} SchemaTypes;

/* The types that a value of the schema may have, from type, const and enum. */
extern SchemaTypes schema_sketch_types(const JsonbValue *schema);

/* "a string or an integer", for messages; palloc'd. */
extern char *schema_sketch_type_names(SchemaTypes types);

/* The schema under properties; false where there is none of that name. */
extern bool schema_sketch_property(const JsonbValue *schema, const char *name,
                                   JsonbValue *property);

/* Whether an object of the schema may have a member of that name. */
extern bool schema_sketch_may_have(const JsonbValue *schema, const char *name);

/* The names that are listed under required, an array; false where none are. */
extern bool
schema_sketch_required(const JsonbValue *schema, JsonbContainer **names);

/* The values that alone are allowed, from const or enum; false: not listed. */
extern bool
schema_sketch_values(const JsonbValue *schema, JsonbValue **values, int *count);

#endif
