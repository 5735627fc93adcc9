/*
 * json_schema_cache.h
 *		Compiled schemas of this backend, by the bytes they were made of.
 *
 * Bounded in number and in bytes; the one not asked for the longest goes first.
 * Schemas that looked into mcp.json_schemas go when that table changes in any
 * transaction that becomes visible here.
 */
#ifndef MCP_JSON_SCHEMA_CACHE_H
#define MCP_JSON_SCHEMA_CACHE_H

#include "json_schema_node.h"

/* NULL where it is not cached.  Valid as long as schema_cache_epoch stays. */
extern const JsonSchema *schema_cache_find(Jsonb *document);

/* Takes the schema over; it was compiled from a copy of that document. */
extern void schema_cache_keep(JsonSchema *schema);

/* Grows whenever a schema is dropped: a pointer from before may dangle. */
extern uint64 schema_cache_epoch(void);

#endif
