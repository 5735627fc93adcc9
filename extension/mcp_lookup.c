/*
 * mcp_lookup.c
 *		One MCP by its id or slug.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"

#include "access.h"
#include "json_text.h"
#include "mcp_error.h"
#include "mcp_lookup.h"
#include "slug.h"
#include "statement.h"

/* $1 is the id, or null: then $2 is the slug, which is looked up only then. */
#define FIND_MCP                                                           \
	"SELECT d.id, d.name, d.slug, d.type, d.latest_version_str, d.owner, " \
	"d.revision "                                                          \
	"FROM mcp.mcp_definitions AS d "                                       \
	"WHERE d.id = coalesce($1, (SELECT s.id "                              \
	"FROM mcp.mcp_definitions AS s WHERE s.slug = $2)) "

static Statement find_mcp[] = {
	[MCP_READ] = {FIND_MCP, 2, {UUIDOID, TEXTOID}, NULL},
	[MCP_CHANGE] = {FIND_MCP "FOR NO KEY UPDATE OF d",
                    2,
                    {UUIDOID, TEXTOID},
                    NULL},
	[MCP_DELETE] = {FIND_MCP "FOR UPDATE OF d", 2, {UUIDOID, TEXTOID}, NULL},
};

static uint64 run_find(const char *mcp, McpLock lock);
static char *column_text(int column);

void
mcp_lookup(const char *mcp, McpLock lock, McpRow *row)
{
	bool is_null;

	if (run_find(mcp, lock) == 0)
		ereport(ERROR,
		        (errcode(ERRCODE_MCP_NOT_FOUND),
		         errmsg("MCP %s does not exist",
		                json_text_quote(mcp, (int) strlen(mcp))),
		         errhint("Give the id or the slug of one that "
		                 "mcp.list_mcps() shows.")));

	row->id = *DatumGetUUIDP(SPI_getbinval(
		SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &is_null));
	row->name = column_text(2);
	row->slug = column_text(3);
	row->type = column_text(4);
	row->latest_version_str = column_text(5);
	row->revision = DatumGetInt32(SPI_getbinval(
		SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 7, &is_null));
	if (lock != MCP_READ)
		access_require_ownership("MCP", row->name, column_text(6));
}

static uint64
run_find(const char *mcp, McpLock lock)
{
	bool is_id = slug_is_id(mcp);
	Datum values[2] = {
		is_id ? DirectFunctionCall1(uuid_in, CStringGetDatum(mcp)) : (Datum) 0,
		CStringGetTextDatum(mcp)};
	const char *nulls = is_id ? "  " : "n ";

	return lock == MCP_READ ? statement_read(&find_mcp[lock], values, nulls)
	                        : statement_run(&find_mcp[lock], values, nulls);
}

static char *
column_text(int column)
{
	return SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, column);
}
