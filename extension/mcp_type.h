/*
 * mcp_type.h
 *		A kind of MCP, as its row says: who runs it, and what configures it.
 *
 * Kinds are data.  Those that COMPAT names have rules in C besides (mcp_config);
 * any other is held to the JSON Schema of its row.
 */
#ifndef MCP_MCP_TYPE_H
#define MCP_MCP_TYPE_H

#include "mcp_config.h"

typedef struct McpType
{
	char *type;           /* NULL: not known */
	McpKind kind;         /* MCP_KIND_COUNT: no rules in C */
	Jsonb *config_schema; /* NULL where there are rules in C */
} McpType;

/*
 * Returns false where there is no row of that type.  Needs no SPI connection: it
 * makes its own, and what it finds lives in the current memory context.
 */
extern bool mcp_type_find(const char *type, McpType *found);

/*
 * Reads the key "type" of a definition.  Where it names no kind it adds a problem,
 * and the type is not known.
 */
extern void mcp_type_read(const JsonObject *object, McpType *found);

/* Adds each problem of a config; of a kind that is not known there are none. */
extern void
mcp_type_check_config(const McpType *type, const JsonObject *config);

/* What is stored of a config without problems. */
extern Jsonb *
mcp_type_complete_config(const McpType *type, const JsonObject *config);

/* "python_script config": the noun for messages. */
extern const char *mcp_type_noun(const McpType *type);

#endif
