/*
 * mcp_lookup.h
 *		One MCP by its id or slug.
 *
 * For the stores: needs an SPI connection, and its results live as long as that.
 */
#ifndef MCP_MCP_LOOKUP_H
#define MCP_MCP_LOOKUP_H

#include "utils/uuid.h"

typedef enum McpLock
{
	MCP_READ,   /* none */
	MCP_CHANGE, /* nobody else changes it; workflows may come to use it */
	MCP_DELETE  /* and no workflow comes to use it */
} McpLock;

typedef struct McpRow
{
	pg_uuid_t id;
	char *name;
	char *slug;
	char *type;
	char *latest_version_str;
	int revision;
} McpRow;

/*
 * Finds and locks.  Raises MC020 where there is none, and 42501 where the actor
 * asks for more than MCP_READ of what is not his.
 */
extern void mcp_lookup(const char *mcp, McpLock lock, McpRow *row);

#endif
