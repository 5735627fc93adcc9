/*
 * mcp_upkeep.h
 *		What follows from an MCP and its versions, kept as they are.
 */
#ifndef MCP_MCP_UPKEEP_H
#define MCP_MCP_UPKEEP_H

#include "utils/uuid.h"

/*
 * To be called by whatever writes an MCP, adds a version or thinks otherwise of
 * one, once that is written: which version is the latest, and what search finds,
 * follow from it.  Needs an SPI connection.
 */
extern void mcp_upkeep_run(const pg_uuid_t *mcp_id);

#endif
