/*
 * mcp_deprecation.h
 *		A warning to who uses versions that are deprecated.
 *
 * They still run, so this never refuses.  A few are named, whatever the number.
 * Needs an SPI connection.
 */
#ifndef MCP_MCP_DEPRECATION_H
#define MCP_MCP_DEPRECATION_H

#include "utils/uuid.h"

/* Of the versions that a workflow names, or would take as the latest. */
extern void
mcp_deprecation_warn_workflow(const pg_uuid_t *workflow_id, int version);

/* Of the latest version of an MCP. */
extern void mcp_deprecation_warn_mcp(const pg_uuid_t *mcp_id);

#endif
