/*
 * json_schema_compile.h
 *		From a schema as jsonb to nodes that can be evaluated.
 */
#ifndef MCP_JSON_SCHEMA_COMPILE_H
#define MCP_JSON_SCHEMA_COMPILE_H

#include "json_schema_error.h"
#include "json_schema_node.h"

/*
 * Compiles the schema, all that it refers to included, in a memory context of
 * its own below the current one.  Returns NULL, and that context is gone, where
 * anything is wrong with it: errors then holds what.
 */
extern JsonSchema *schema_compile(Jsonb *document, SchemaErrors *errors);

extern void schema_destroy(JsonSchema *schema);

#endif
