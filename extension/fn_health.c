/*
 * fn_health.c
 *		What the loaded library says of itself.
 *
 * The version comes from mcp.control by way of the Makefile, so the library and
 * the script of one build can never disagree; a library left over from another
 * build can, and mcp.version_full() shows it.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(mcp_library_version);

Datum
mcp_library_version(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(cstring_to_text(MCP_VERSION));
}
