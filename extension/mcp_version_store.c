/*
 * mcp_version_store.c
 *		The versions of MCPs in their table: added, never changed.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"

#include "audit.h"
#include "expectation.h"
#include "json_text.h"
#include "mcp_error.h"
#include "mcp_lookup.h"
#include "mcp_upkeep.h"
#include "mcp_version_store.h"
#include "statement.h"

static Statement insert_version = {
	"INSERT INTO mcp.mcp_versions "
	"(mcp_id, version_str, description, config_snapshot, config_hash, "
	"input_schema, output_schema) "
	"VALUES ($1, $2, $3, $4, sha256(convert_to($4::text, 'UTF8')), $5, $6) "
	"ON CONFLICT (mcp_id, version_str) DO NOTHING "
	"RETURNING id",
	6,
	{UUIDOID, TEXTOID, TEXTOID, JSONBOID, JSONBOID, JSONBOID},
	NULL};

#define SELECT_VERSION                                  \
	"SELECT jsonb_build_object("                        \
	"'id', v.id, "                                      \
	"'mcp_id', v.mcp_id, "                              \
	"'mcp_name', d.name, "                              \
	"'mcp_slug', d.slug, "                              \
	"'type', d.type, "                                  \
	"'executor', t.executor, "                          \
	"'version_str', v.version_str, "                    \
	"'description', v.description, "                    \
	"'config', v.config_snapshot, "                     \
	"'config_hash', encode(v.config_hash, 'hex'), "     \
	"'input_schema', v.input_schema, "                  \
	"'output_schema', v.output_schema, "                \
	"'deprecated_at', v.deprecated_at, "                \
	"'deprecation_reason', v.deprecation_reason, "      \
	"'created_at', v.created_at) "                      \
	"FROM mcp.mcp_versions AS v "                       \
	"JOIN mcp.mcp_definitions AS d ON d.id = v.mcp_id " \
	"JOIN mcp.mcp_types AS t ON t.type = d.type "

static Statement select_version = {SELECT_VERSION
                                   "WHERE v.mcp_id = $1 AND v.version_str = $2",
                                   2,
                                   {UUIDOID, TEXTOID},
                                   NULL};

static Statement select_version_by_id = {
	SELECT_VERSION "WHERE v.id = $1", 1, {UUIDOID}, NULL};

static bool insert(const pg_uuid_t *mcp_id, const McpVersion *version);
static void
tell_added(const McpRow *row, const McpVersion *version, Jsonb *added);
static void raise_exists(const McpRow *row, const McpVersion *version);
static void raise_no_version(const McpRow *row, const char *version_str);

void
mcp_version_store_insert_first(const pg_uuid_t *mcp_id,
                               const McpVersion *version)
{
	if (!insert(mcp_id, version))
		elog(ERROR, "a new MCP has a version already");
}

Jsonb *
mcp_version_store_add(const char *mcp, const McpVersion *version,
                      const char *expected)
{
	McpRow row;
	Datum values[2];
	Jsonb *added;

	SPI_connect();
	mcp_lookup(mcp, MCP_CHANGE, &row);
	expectation_check("MCP", row.name, expected, row.latest_version_str);
	if (!insert(&row.id, version))
		raise_exists(&row, version);

	values[0] = UUIDPGetDatum(&row.id);
	values[1] = CStringGetTextDatum(version->version_str);
	mcp_upkeep_run(&row.id);
	(void) statement_run(&select_version, values, NULL);
	added = statement_take_jsonb();
	tell_added(&row, version, added);
	SPI_finish();
	return added;
}

Jsonb *
mcp_version_store_get(const char *mcp, const char *version_str)
{
	McpRow row;
	Datum values[2];
	Jsonb *found;

	SPI_connect();
	mcp_lookup(mcp, MCP_READ, &row);
	if (strcmp(version_str, "latest") == 0)
		version_str = row.latest_version_str;
	values[0] = UUIDPGetDatum(&row.id);
	values[1] = CStringGetTextDatum(version_str);
	if (statement_read(&select_version, values, NULL) == 0)
		raise_no_version(&row, version_str);
	found = statement_take_jsonb();
	SPI_finish();
	return found;
}

Jsonb *
mcp_version_store_get_by_id(const pg_uuid_t *version_id)
{
	Datum values[1] = {UUIDPGetDatum(version_id)};
	Jsonb *found;

	SPI_connect();
	if (statement_read(&select_version_by_id, values, NULL) == 0)
		ereport(ERROR,
		        (errcode(ERRCODE_MCP_NOT_FOUND),
		         errmsg("MCP version with id \"%s\" does not exist",
		                DatumGetCString(
							DirectFunctionCall1(uuid_out, values[0])))));
	found = statement_take_jsonb();
	SPI_finish();
	return found;
}

/* Returns false where it exists. */
static bool
insert(const pg_uuid_t *mcp_id, const McpVersion *version)
{
	const char *description = version->description;
	Datum values[6] = {UUIDPGetDatum(mcp_id),
	                   CStringGetTextDatum(version->version_str),
	                   description == NULL ? (Datum) 0
	                                       : CStringGetTextDatum(description),
	                   JsonbPGetDatum(version->config),
	                   PointerGetDatum(version->input_schema),
	                   PointerGetDatum(version->output_schema)};
	char nulls[] = "      ";

	for (int i = 0; i < (int) lengthof(values); i++)
	{
		if (values[i] == (Datum) 0)
			nulls[i] = 'n';
	}
	return statement_run(&insert_version, values, nulls) > 0;
}

static void
tell_added(const McpRow *row, const McpVersion *version, Jsonb *added)
{
	AuditEntry entry = {
		.action = "create",
		.kind = "mcp_version",
		.object_id = DatumGetCString(
			DirectFunctionCall1(uuid_out, UUIDPGetDatum(&row->id))),
		.object_name = psprintf("%s@%s", row->slug, version->version_str)};

	audit_write(&entry, NULL, added);
}

static void
raise_exists(const McpRow *row, const McpVersion *version)
{
	ereport(ERROR,
	        (errcode(ERRCODE_UNIQUE_VIOLATION),
	         errmsg("version \"%s\" of MCP \"%s\" already exists",
	                version->version_str,
	                row->name),
	         errhint("A version never changes; give the next one another "
	                 "\"version_str\". The latest is \"%s\".",
	                 row->latest_version_str),
	         err_generic_string(PG_DIAG_CONSTRAINT_NAME, "version_exists"),
	         err_generic_string(PG_DIAG_COLUMN_NAME, "$.version_str")));
}

static void
raise_no_version(const McpRow *row, const char *version_str)
{
	ereport(ERROR,
	        (errcode(ERRCODE_MCP_NOT_FOUND),
	         errmsg("version %s of MCP \"%s\" does not exist",
	                json_text_quote(version_str, (int) strlen(version_str)),
	                row->name),
	         errhint("The latest version is \"%s\"; "
	                 "mcp.list_mcp_versions('%s') shows all.",
	                 row->latest_version_str,
	                 row->slug)));
}
