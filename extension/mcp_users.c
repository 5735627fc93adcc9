/*
 * mcp_users.c
 *		The workflows that use an MCP.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "lib/stringinfo.h"

#include "mcp_error.h"
#include "mcp_users.h"
#include "statement.h"

/* Workflows that an error names; of more it says how many. */
#define USERS_NAMED 5

static Statement select_users = {
	"SELECT w.slug, count(*) OVER () "
	"FROM mcp.workflow_definitions AS w "
	"WHERE w.steps @> "
	"jsonb_build_array(jsonb_build_object('mcp_id', $1::text)) "
	"ORDER BY w.slug "
	"LIMIT $2",
	2,
	{UUIDOID, INT8OID},
	NULL};

/*
 * Looks at what workflows say now: a run that lives has pinned its versions, and
 * the steps of an old workflow version are history.
 */
void
mcp_users_refuse(const pg_uuid_t *id, const char *name)
{
	Datum values[2] = {UUIDPGetDatum(id), Int64GetDatum(USERS_NAMED)};
	uint64 named = statement_run(&select_users, values, NULL);
	StringInfoData users;
	bool is_null;
	int64 all;

	if (named == 0)
		return;
	all = DatumGetInt64(SPI_getbinval(
		SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 2, &is_null));
	initStringInfo(&users);
	for (uint64 i = 0; i < named; i++)
		appendStringInfo(
			&users,
			"%s\"%s\"",
			i == 0 ? "" : ", ",
			SPI_getvalue(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 1));
	if (all > (int64) named)
		appendStringInfo(
			&users, " and " INT64_FORMAT " more", all - (int64) named);
	ereport(ERROR,
	        (errcode(ERRCODE_MCP_IN_USE),
	         errmsg("MCP \"%s\" is used by workflows", name),
	         errdetail("Steps of these use it: %s.", users.data),
	         errhint("Change or delete them first; or use force => true, and "
	                 "their runs fail at those steps.")));
}
