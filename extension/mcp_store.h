/*
 * mcp_store.h
 *		MCPs in their table.
 *
 * Each verb opens an SPI connection of its own and answers in the caller's
 * memory context.  `mcp` is an id or a slug; where there is none such, the verb
 * raises MC020.  Writes raise 42501 where the actor neither owns the MCP nor is
 * an admin.
 */
#ifndef MCP_MCP_STORE_H
#define MCP_MCP_STORE_H

#include "utils/jsonb.h"
#include "utils/uuid.h"

#include "mcp_definition.h"
#include "mcp_lookup.h"

typedef enum McpDeletion
{
	MCP_DELETE_UNUSED, /* raise MC021 while a workflow uses it */
	MCP_DELETE_FORCED
} McpDeletion;

/* What a writer has read of it. */
typedef struct McpExpected
{
	const char *version_str; /* the latest; NULL: whatever it is */
	bool has_revision;
	int revision;
} McpExpected;

extern pg_uuid_t mcp_store_find(const char *mcp);

/*
 * By what rules a version of it is parsed.  Who is to write that version asks with
 * MCP_CHANGE, and then sees an MCP that the same statement has just made.
 */
extern void mcp_store_get_type(const char *mcp, McpLock lock, McpType *type);

/*
 * In full: {id, name, slug, type, description, tags, created_at, updated_at,
 * latest_version_str, latest_version_config, owner, revision}.
 */
extern Jsonb *mcp_store_get(const char *mcp);

/*
 * Raises 23505 where the slug that the definition gives exists; one made of the
 * name is made to fit instead.
 */
extern Jsonb *mcp_store_create(const McpDefinition *definition);

/* Raises MC022 where the MCP is not as expected. */
extern Jsonb *mcp_store_update(const char *mcp, const McpChanges *changes,
                               const McpExpected *expected);
extern void mcp_store_delete(const char *mcp, McpDeletion deletion,
                             const McpExpected *expected);

#endif
