/*
 * mcp_deprecation.c
 *		A warning to who uses versions that are deprecated.
 *
 * Asked at every start of a run, so that where nothing is deprecated it costs
 * nothing: that is remembered until some version changes.
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "mcp_deprecation.h"
#include "statement.h"
#include "version_watch.h"

static bool is_none_deprecated = false;
static uint64 changes_seen = 0; /* it was so at this one */

static void warn(Statement *statement, Datum *values);
static bool is_any_deprecated(void);

void
mcp_deprecation_warn_workflow(const pg_uuid_t *workflow_id, int version)
{
	static Statement look = {
		"SELECT mcp._warn_of_deprecated(v.definition -> 'steps') "
		"FROM mcp.workflow_versions AS v "
		"WHERE v.workflow_id = $1 AND v.version = $2",
		2,
		{UUIDOID, INT4OID},
		NULL};
	Datum values[2] = {UUIDPGetDatum(workflow_id), Int32GetDatum(version)};

	warn(&look, values);
}

void
mcp_deprecation_warn_mcp(const pg_uuid_t *mcp_id)
{
	static Statement look = {
		"SELECT mcp._warn_of_deprecated("
		"jsonb_build_array(jsonb_build_object('mcp_id', $1)))",
		1,
		{UUIDOID},
		NULL};
	Datum values[1] = {UUIDPGetDatum(mcp_id)};

	warn(&look, values);
}

static void
warn(Statement *statement, Datum *values)
{
	if ((!is_none_deprecated || changes_seen != version_watch_changes()) &&
	    is_any_deprecated())
		(void) statement_run(statement, values, NULL);
}

/* An old snapshot may not know of what the session was told already. */
static bool
is_any_deprecated(void)
{
	static Statement look = {"SELECT FROM mcp.mcp_versions AS v"
	                         " WHERE v.deprecated_at IS NOT NULL"
	                         " LIMIT 1",
	                         0,
	                         {InvalidOid},
	                         NULL};

	is_none_deprecated = false;
	version_watch_begin();
	changes_seen = version_watch_changes();
	if (statement_run(&look, NULL, NULL) > 0)
		return true;
	is_none_deprecated = !IsolationUsesXactSnapshot();
	return false;
}
