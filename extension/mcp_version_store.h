/*
 * mcp_version_store.h
 *		The versions of MCPs in their table: added, never changed.
 *
 * The verbs are as in mcp_store.h.  A version is answered as {id, mcp_id,
 * mcp_name, mcp_slug, type, executor, version_str, description, config,
 * config_hash, input_schema, output_schema, created_at}.
 */
#ifndef MCP_MCP_VERSION_STORE_H
#define MCP_MCP_VERSION_STORE_H

#include "utils/jsonb.h"
#include "utils/uuid.h"

#include "mcp_definition.h"

/*
 * The first version of an MCP that was made in this transaction; inside the
 * SPI connection of the caller.
 */
extern void mcp_version_store_insert_first(const pg_uuid_t *mcp_id,
                                           const McpVersion *version);

/* Raises 23505 where the MCP has a version of that version_str. */
extern Jsonb *mcp_version_store_add(const char *mcp, const McpVersion *version,
                                    const char *expected);

/* version_str may be "latest".  Raises MC020 where there is none such. */
extern Jsonb *mcp_version_store_get(const char *mcp, const char *version_str);
extern Jsonb *mcp_version_store_get_by_id(const pg_uuid_t *version_id);

#endif
