/*
 * plan_cache.h
 *		Plans by workflow version, compiled once per backend.
 *
 * Versions never change, so a plan goes stale only where MCP versions that it
 * names are deleted; a trigger on their table tells all backends.  What the cache
 * holds is bounded, and only plan_cache_trim lets go of any.
 */
#ifndef MCP_PLAN_CACHE_H
#define MCP_PLAN_CACHE_H

#include "plan.h"

/*
 * The plan of the version, with the MCP versions that its steps name looked up:
 * a step whose version does not exist lacks has_version.  NULL where there is
 * no such workflow version.  Valid until plan_cache_trim, or, where a step
 * lacks its version, as long as the current memory context.  Needs an SPI
 * connection.
 */
extern const RunPlan *plan_cache_get(const pg_uuid_t *workflow_id, int version);

/* Likewise the plan of the runs of one MCP version, by its id. */
extern const RunPlan *plan_cache_get_mcp(const pg_uuid_t *version_id);

/*
 * Drops what is stale, and what was not used for longest, down to the bound.  To
 * be called where no plan is in use: first thing in a function of the SQL face.
 */
extern void plan_cache_trim(void);

#endif
