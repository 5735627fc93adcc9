/*
 * script.h
 *		What the extension's script of this database has.
 *
 * A new library serves databases whose script is older, until somebody says ALTER
 * EXTENSION there: what only a newer script makes must be asked for first.
 */
#ifndef MCP_SCRIPT_H
#define MCP_SCRIPT_H

/* Is there a function mcp.name with the one argument type? */
extern bool script_has_function(const char *name, Oid type);

#endif
