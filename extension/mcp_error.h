/*
 * mcp_error.h
 *		Our SQLSTATEs: class MC, for errors that PostgreSQL has no state for.
 *
 * Clients match on these five letters, so a state never changes its meaning.
 * What has a standard state keeps it: 23505 for a name that exists, 42501 for a
 * right that is missing, 22P02 for text that is no JSON.
 */
#ifndef MCP_ERROR_H
#define MCP_ERROR_H

#define ERRCODE_MCP_DEFINITION MAKE_SQLSTATE('M', 'C', '0', '0', '1')
#define ERRCODE_MCP_REFERENCE MAKE_SQLSTATE('M', 'C', '0', '0', '2')
#define ERRCODE_MCP_LOOP MAKE_SQLSTATE('M', 'C', '0', '0', '3')
#define ERRCODE_MCP_CONSTRAINT MAKE_SQLSTATE('M', 'C', '0', '0', '4')
#define ERRCODE_MCP_TRANSITION MAKE_SQLSTATE('M', 'C', '0', '1', '0')
#define ERRCODE_MCP_LEASE_LOST MAKE_SQLSTATE('M', 'C', '0', '1', '1')
#define ERRCODE_MCP_KEY_REUSED MAKE_SQLSTATE('M', 'C', '0', '1', '2')
#define ERRCODE_MCP_NOT_FOUND MAKE_SQLSTATE('M', 'C', '0', '2', '0')
#define ERRCODE_MCP_IN_USE MAKE_SQLSTATE('M', 'C', '0', '2', '1')
#define ERRCODE_MCP_STALE MAKE_SQLSTATE('M', 'C', '0', '2', '2')

#endif
