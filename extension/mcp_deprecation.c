/*
 * mcp_deprecation.c
 *		A warning to who uses versions that are deprecated.
 *
 * Asked at every start of a run, so that where nothing is deprecated it costs
 * nothing: that is remembered until some version changes (see the trigger
 * forget_plans on mcp.mcp_versions, which tells all sessions).
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "mcp_deprecation.h"
#include "statement.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"

static Oid versions_table = InvalidOid;
static bool is_none_deprecated = false;

static void warn(Statement *statement, Datum *values);
static bool is_any_deprecated(void);
static void watch_versions(void);
static void note_invalidation(Datum argument, Oid table);

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
	if (!is_none_deprecated && is_any_deprecated())
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

	watch_versions();
	is_none_deprecated = !IsolationUsesXactSnapshot();
	if (statement_run(&look, NULL, NULL) == 0)
		return false;
	is_none_deprecated = false;
	return true;
}

/* The table is another one where the extension was made anew. */
static void
watch_versions(void)
{
	static bool is_registered = false;

	versions_table =
		get_relname_relid("mcp_versions", get_namespace_oid("mcp", false));
	if (is_registered)
		return;
	CacheRegisterRelcacheCallback(note_invalidation, (Datum) 0);
	is_registered = true;
}

static void
note_invalidation(Datum argument, Oid table)
{
	if (table == versions_table || !OidIsValid(table))
		is_none_deprecated = false;
}
