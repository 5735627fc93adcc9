/*
 * json_schema_loop.h
 *		References that lead nowhere but back to themselves.
 */
#ifndef MCP_JSON_SCHEMA_LOOP_H
#define MCP_JSON_SCHEMA_LOOP_H

#include "json_schema_compiler.h"

/*
 * Complains about each $ref that, followed through other $refs and allOf, comes
 * back to its own schema.  No value could ever be checked against that.  Loops
 * that depend on the value (through anyOf, if, $dynamicRef) are only found when
 * a value is checked.
 */
extern void loop_check(SchemaCompiler *compiler);

#endif
