/*
 * mcp_version_cache.h
 *		The version strings of MCP versions, by id, once per backend.
 *
 * History names versions as people do.  A version never changes its string, so
 * what is cached never goes stale.
 */
#ifndef MCP_MCP_VERSION_CACHE_H
#define MCP_MCP_VERSION_CACHE_H

#include "utils/uuid.h"

/*
 * The string, in the current memory context; NULL where there is no such version
 * any more.  Needs an SPI connection.
 */
extern char *mcp_version_cache_get(const pg_uuid_t *version_id);

#endif
