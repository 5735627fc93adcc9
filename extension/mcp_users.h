/*
 * mcp_users.h
 *		The workflows that use an MCP.
 */
#ifndef MCP_USERS_H
#define MCP_USERS_H

#include "utils/uuid.h"

/*
 * Raises MC021, with the slugs of a few of them, where there are any; name is the
 * MCP's, as the error names it.  Needs an SPI connection.
 */
extern void mcp_users_refuse(const pg_uuid_t *id, const char *name);

#endif
