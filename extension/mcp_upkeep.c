/*
 * mcp_upkeep.c
 *		What follows from an MCP and its versions, kept as they are.
 */
#include "postgres.h"

#include "catalog/pg_type.h"

#include "mcp_upkeep.h"
#include "statement.h"

void
mcp_upkeep_run(const pg_uuid_t *mcp_id)
{
	static Statement keep = {"SELECT mcp._keep_mcp($1)", 1, {UUIDOID}, NULL};
	Datum values[1] = {UUIDPGetDatum(mcp_id)};

	(void) statement_run(&keep, values, NULL);
}
