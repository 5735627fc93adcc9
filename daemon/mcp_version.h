/*
 * mcp_version.h
 *		Versions of MCPs, fetched once: what a task is to run.
 *
 * A version never changes, so what was fetched stays right for ever; the cache
 * is bounded, and the ones longest unused go first.
 */
#ifndef MCPD_MCP_VERSION_H
#define MCPD_MCP_VERSION_H

#include "db.h"
#include "json_view.h"

typedef struct McpVersion
{
	const char *executor; /* "python_script" */
	JsonView config;      /* an object */
} McpVersion;

typedef struct McpVersionCache McpVersionCache;
typedef struct McpVersionWait McpVersionWait;

/* Either version or error is NULL; the version lives as long as the arena. */
typedef void (*McpVersionCallback)(void *context, const McpVersion *version,
                                   const Error *error);

/* db must outlive it. */
extern McpVersionCache *mcp_version_cache_create(Db *db);

/* No callback is called any more. */
extern void mcp_version_cache_destroy(McpVersionCache *cache);

/*
 * Gets the version with that id; callback is called once, never before this
 * returns.  While the database is away it waits and asks again.
 */
extern McpVersionWait *
mcp_version_get(McpVersionCache *cache, const char *id, Arena *arena,
                McpVersionCallback callback, void *context);

/* The callback is not called any more. */
extern void mcp_version_forget(McpVersionWait *wait);

#endif
