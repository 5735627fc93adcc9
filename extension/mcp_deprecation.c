/*
 * mcp_deprecation.c
 *		A warning to who uses versions that are deprecated.
 *
 * Asked at every start of a run, so that where nothing is deprecated it costs one
 * look into an empty index.
 */
#include "postgres.h"

#include "catalog/pg_type.h"

#include "mcp_deprecation.h"
#include "statement.h"

#define ANY_DEPRECATED                   \
	"EXISTS ("                           \
	"SELECT FROM mcp.mcp_versions AS o " \
	"WHERE o.deprecated_at IS NOT NULL)"

static void warn(Statement *statement, Datum *values);

void
mcp_deprecation_warn_workflow(const pg_uuid_t *workflow_id, int version)
{
	static Statement look = {
		"SELECT mcp._warn_of_deprecated(v.definition -> 'steps') "
		"FROM mcp.workflow_versions AS v "
		"WHERE v.workflow_id = $1 AND v.version = $2 AND " ANY_DEPRECATED,
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
		"jsonb_build_array(jsonb_build_object('mcp_id', $1))) "
		"WHERE " ANY_DEPRECATED,
		1,
		{UUIDOID},
		NULL};
	Datum values[1] = {UUIDPGetDatum(mcp_id)};

	warn(&look, values);
}

static void
warn(Statement *statement, Datum *values)
{
	(void) statement_run(statement, values, NULL);
}
