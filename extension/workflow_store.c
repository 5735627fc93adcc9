/*
 * workflow_store.c
 *		Workflows and their versions in their tables.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"

#include "access.h"
#include "mcp_error.h"
#include "slug.h"
#include "statement.h"
#include "workflow_store.h"

static Statement insert_workflow = {
	"WITH made AS ("
	"INSERT INTO mcp.workflow_definitions (name, slug, description, "
	"execution_mode, error_handling, steps, latest_version, owner) "
	"VALUES ($1 ->> 'name', $2, $1 ->> 'description', "
	"$1 ->> 'execution_mode', $1 -> 'error_handling', $1 -> 'steps', 1, "
	"$3::name) "
	"ON CONFLICT (slug) DO NOTHING "
	"RETURNING workflow_id) "
	"INSERT INTO mcp.workflow_versions (workflow_id, version, definition) "
	"SELECT m.workflow_id, 1, $1 "
	"FROM made AS m "
	"RETURNING workflow_id",
	3,
	{JSONBOID, TEXTOID, TEXTOID},
	NULL};

static Statement select_slug = {
	"SELECT FROM mcp.workflow_definitions AS s WHERE s.slug = $1",
	1,
	{TEXTOID},
	NULL};

static Statement add_version = {
	"WITH changed AS ("
	"UPDATE mcp.workflow_definitions AS d "
	"SET name = $2 ->> 'name', "
	"description = $2 ->> 'description', "
	"execution_mode = $2 ->> 'execution_mode', "
	"error_handling = $2 -> 'error_handling', "
	"steps = $2 -> 'steps', "
	"latest_version = d.latest_version + 1, "
	"updated_at = now() "
	"WHERE d.workflow_id = $1 "
	"RETURNING d.workflow_id, d.latest_version) "
	"INSERT INTO mcp.workflow_versions (workflow_id, version, definition) "
	"SELECT c.workflow_id, c.latest_version, $2 "
	"FROM changed AS c",
	2,
	{UUIDOID, JSONBOID},
	NULL};

static Statement delete_workflow = {
	"DELETE FROM mcp.workflow_definitions AS d WHERE d.workflow_id = $1",
	1,
	{UUIDOID},
	NULL};

/*
 * Who falls back to it, or has it as a step: a few by their slugs, and how many
 * there are.
 */
static Statement select_users = {
	"SELECT string_agg(format('\"%s\"', u.slug), ', ' ORDER BY u.slug) "
	"FILTER (WHERE u.place <= 5) "
	"|| CASE WHEN count(*) > 5 "
	"THEN format(' and %s more', count(*) - 5) ELSE '' END "
	"FROM (SELECT w.slug, row_number() OVER (ORDER BY w.slug) AS place "
	"FROM mcp.workflow_definitions AS w "
	"WHERE w.workflow_id <> $1 AND (w.fallback_workflow_id = $1 "
	"OR w.steps @> jsonb_build_array("
	"jsonb_build_object('workflow_id', $1)))) AS u "
	"HAVING count(*) > 0",
	1,
	{UUIDOID},
	NULL};

static Statement select_definition = {
	"SELECT v.definition "
	"FROM mcp.workflow_versions AS v "
	"WHERE v.workflow_id = $1 AND v.version = $2",
	2,
	{UUIDOID, INT4OID},
	NULL};

/* What a workflow says beyond the columns comes from its latest version. */
static Statement select_workflow = {
	"SELECT v.definition || jsonb_build_object("
	"'workflow_id', d.workflow_id, "
	"'id', d.workflow_id, "
	"'name', d.name, "
	"'slug', d.slug, "
	"'description', d.description, "
	"'execution_mode', d.execution_mode, "
	"'error_handling', d.error_handling, "
	"'steps', d.steps, "
	"'version', d.latest_version, "
	"'created_at', d.created_at, "
	"'updated_at', d.updated_at) "
	"FROM mcp.workflow_definitions AS d "
	"JOIN mcp.workflow_versions AS v "
	"ON v.workflow_id = d.workflow_id AND v.version = d.latest_version "
	"WHERE d.workflow_id = $1",
	1,
	{UUIDOID},
	NULL};

static bool try_insert(Jsonb *definition, const char *slug, pg_uuid_t *id);
static bool is_slug_taken(const char *slug);
static void refuse_while_used(const WorkflowRow *row);
static uint64
select_one(Statement *statement, Datum *values, WorkflowLock lock);

/*
 * Another transaction may take a slug between our choice and our insert; then
 * its row is there to be seen, and the next choice is another.
 */
pg_uuid_t
workflow_store_insert(Jsonb *definition, const char *name, const char *slug)
{
	pg_uuid_t id;

	if (slug != NULL)
	{
		if (!try_insert(definition, slug, &id))
			slug_raise_exists("workflow", slug);
		return id;
	}
	slug = slug_make(name, "workflow");
	while (!try_insert(definition, slug_choose(slug, is_slug_taken), &id))
		;
	return id;
}

void
workflow_store_add_version(const pg_uuid_t *id, Jsonb *definition)
{
	Datum values[2] = {UUIDPGetDatum(id), JsonbPGetDatum(definition)};

	(void) statement_run(&add_version, values, NULL);
}

void
workflow_store_delete(const WorkflowRow *row)
{
	Datum values[1] = {UUIDPGetDatum(&row->id)};

	refuse_while_used(row);
	(void) statement_run(&delete_workflow, values, NULL);
}

Jsonb *
workflow_store_get_definition(const WorkflowRow *row, WorkflowLock lock)
{
	Datum values[2] = {UUIDPGetDatum(&row->id), Int32GetDatum(row->version)};

	if (select_one(&select_definition, values, lock) == 0)
		elog(ERROR, "workflow \"%s\" has no latest version", row->name);
	return statement_take_jsonb();
}

Jsonb *
workflow_store_get(const pg_uuid_t *id, WorkflowLock lock)
{
	Datum values[1] = {UUIDPGetDatum(id)};

	if (select_one(&select_workflow, values, lock) == 0)
		elog(ERROR, "a workflow that was found cannot be read");
	return statement_take_jsonb();
}

/* Returns false where the slug is taken. */
static bool
try_insert(Jsonb *definition, const char *slug, pg_uuid_t *id)
{
	bool is_null;
	Datum values[3] = {JsonbPGetDatum(definition),
	                   CStringGetTextDatum(slug),
	                   CStringGetTextDatum(access_actor_name())};

	if (statement_run(&insert_workflow, values, NULL) == 0)
		return false;
	*id = *DatumGetUUIDP(SPI_getbinval(
		SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &is_null));
	return true;
}

static bool
is_slug_taken(const char *slug)
{
	Datum values[1] = {CStringGetTextDatum(slug)};

	return statement_run(&select_slug, values, NULL) > 0;
}

/*
 * The row is locked, so nobody comes to fall back to it from here on, and who
 * did before is seen: each statement of a write looks anew.
 */
static void
refuse_while_used(const WorkflowRow *row)
{
	Datum values[1] = {UUIDPGetDatum(&row->id)};

	if (statement_run(&select_users, values, NULL) == 0)
		return;
	ereport(ERROR,
	        (errcode(ERRCODE_MCP_IN_USE),
	         errmsg("workflow \"%s\" is used by other workflows", row->name),
	         errdetail(
				 "These run it as a step or fall back to it: %s.",
				 SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1)),
	         errhint("Change or delete them first.")));
}

static uint64
select_one(Statement *statement, Datum *values, WorkflowLock lock)
{
	return lock == WORKFLOW_READ ? statement_read(statement, values, NULL)
	                             : statement_run(statement, values, NULL);
}
