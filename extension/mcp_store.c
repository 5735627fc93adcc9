/*
 * mcp_store.c
 *		MCPs in their table.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "access.h"
#include "audit.h"
#include "expectation.h"
#include "mcp_lookup.h"
#include "mcp_store.h"
#include "mcp_upkeep.h"
#include "mcp_users.h"
#include "mcp_version_store.h"
#include "slug.h"
#include "statement.h"

static Statement select_mcp = {
	"SELECT jsonb_build_object("
	"'id', d.id, "
	"'name', d.name, "
	"'slug', d.slug, "
	"'type', d.type, "
	"'description', d.description, "
	"'tags', d.tags, "
	"'created_at', d.created_at, "
	"'updated_at', d.updated_at, "
	"'latest_version_str', d.latest_version_str, "
	"'latest_version_config', v.config_snapshot, "
	"'owner', d.owner, "
	"'revision', d.revision) "
	"FROM mcp.mcp_definitions AS d "
	"JOIN mcp.mcp_versions AS v "
	"ON v.mcp_id = d.id AND v.version_str = d.latest_version_str "
	"WHERE d.id = $1",
	1,
	{UUIDOID},
	NULL};

static Statement insert_mcp = {
	"INSERT INTO mcp.mcp_definitions "
	"(name, slug, type, description, tags, latest_version_str, owner) "
	"VALUES ($1, $2, $3, $4, $5, $6, $7::name) "
	"ON CONFLICT (slug) DO NOTHING "
	"RETURNING id",
	7,
	{TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTARRAYOID, TEXTOID, TEXTOID},
	NULL};

static Statement select_slug = {
	"SELECT FROM mcp.mcp_definitions AS s WHERE s.slug = $1",
	1,
	{TEXTOID},
	NULL};

/* What is null stays, but a description may become null. */
static Statement update_mcp = {
	"UPDATE mcp.mcp_definitions AS d "
	"SET name = coalesce($2, d.name), "
	"description = CASE WHEN $3 THEN $4 ELSE d.description END, "
	"tags = coalesce($5, d.tags), "
	"updated_at = now() "
	"WHERE d.id = $1",
	5,
	{UUIDOID, TEXTOID, BOOLOID, TEXTOID, TEXTARRAYOID},
	NULL};

static Statement delete_mcp = {
	"DELETE FROM mcp.mcp_definitions AS d WHERE d.id = $1", 1, {UUIDOID}, NULL};

static void check_expected(const McpRow *row, const McpExpected *expected);
static pg_uuid_t insert(const McpDefinition *definition);
static bool
try_insert(const McpDefinition *definition, const char *slug, pg_uuid_t *id);
static bool is_slug_taken(const char *slug);
static void update(const pg_uuid_t *id, const McpChanges *changes);
static Jsonb *read_written(const pg_uuid_t *id);
static void tell(const char *action, const pg_uuid_t *id, const char *name,
                 Jsonb *before, Jsonb *after);
static Datum text_or_null(const char *text);
static Datum text_array(List *texts);

pg_uuid_t
mcp_store_find(const char *mcp)
{
	McpRow row;

	SPI_connect();
	mcp_lookup(mcp, MCP_READ, &row);
	SPI_finish();
	return row.id;
}

void
mcp_store_get_type(const char *mcp, McpLock lock, McpType *type)
{
	McpRow row;
	char *name;
	MemoryContext caller = CurrentMemoryContext;

	SPI_connect();
	mcp_lookup(mcp, lock, &row);
	name = MemoryContextStrdup(caller, row.type);
	SPI_finish();
	if (!mcp_type_find(name, type))
		elog(ERROR, "MCP type \"%s\" does not exist", name);
}

Jsonb *
mcp_store_get(const char *mcp)
{
	McpRow row;
	Datum values[1];
	Jsonb *found;

	SPI_connect();
	mcp_lookup(mcp, MCP_READ, &row);
	values[0] = UUIDPGetDatum(&row.id);
	if (statement_read(&select_mcp, values, NULL) == 0)
		elog(ERROR, "MCP \"%s\" has no latest version", row.name);
	found = statement_take_jsonb();
	SPI_finish();
	return found;
}

Jsonb *
mcp_store_create(const McpDefinition *definition)
{
	pg_uuid_t id;
	Jsonb *created;

	SPI_connect();
	id = insert(definition);
	mcp_version_store_insert_first(&id, &definition->version);
	mcp_upkeep_run(&id);
	created = read_written(&id);
	tell("create", &id, definition->name, NULL, created);
	SPI_finish();
	return created;
}

Jsonb *
mcp_store_update(const char *mcp, const McpChanges *changes,
                 const McpExpected *expected)
{
	McpRow row;
	Jsonb *before;
	Jsonb *updated;

	SPI_connect();
	mcp_lookup(mcp, MCP_CHANGE, &row);
	check_expected(&row, expected);
	before = read_written(&row.id);
	if (changes->has_name || changes->has_description || changes->has_tags)
	{
		update(&row.id, changes);
		mcp_upkeep_run(&row.id);
		updated = read_written(&row.id);
		tell("update", &row.id, row.name, before, updated);
	}
	else
		updated = before;
	SPI_finish();
	return updated;
}

void
mcp_store_delete(const char *mcp, McpDeletion deletion,
                 const McpExpected *expected)
{
	McpRow row;
	Datum values[1];

	SPI_connect();
	mcp_lookup(mcp, MCP_DELETE, &row);
	check_expected(&row, expected);
	if (deletion == MCP_DELETE_UNUSED)
		mcp_users_refuse(&row.id, row.name);
	tell("delete", &row.id, row.name, read_written(&row.id), NULL);
	values[0] = UUIDPGetDatum(&row.id);
	(void) statement_run(&delete_mcp, values, NULL);
	SPI_finish();
}

static void
check_expected(const McpRow *row, const McpExpected *expected)
{
	expectation_check(
		"MCP", row->name, expected->version_str, row->latest_version_str);
	if (expected->has_revision)
		expectation_check_revision(
			"MCP", row->name, expected->revision, row->revision);
}

/*
 * Another transaction may take a slug between our choice and our insert; then
 * its row is there to be seen, and the next choice is another.
 */
static pg_uuid_t
insert(const McpDefinition *definition)
{
	const char *base = definition->slug;
	pg_uuid_t id;

	if (base != NULL)
	{
		if (!try_insert(definition, base, &id))
			slug_raise_exists("MCP", base);
		return id;
	}
	base = slug_make(definition->name, "mcp");
	while (!try_insert(definition, slug_choose(base, is_slug_taken), &id))
		;
	return id;
}

/* Returns false where the slug is taken. */
static bool
try_insert(const McpDefinition *definition, const char *slug, pg_uuid_t *id)
{
	const char *nulls = definition->description == NULL ? "   n   " : NULL;
	bool is_null;
	Datum values[7] = {CStringGetTextDatum(definition->name),
	                   CStringGetTextDatum(slug),
	                   CStringGetTextDatum(definition->type.type),
	                   text_or_null(definition->description),
	                   text_array(definition->tags),
	                   CStringGetTextDatum(definition->version.version_str),
	                   CStringGetTextDatum(access_actor_name())};

	if (statement_run(&insert_mcp, values, nulls) == 0)
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

static void
update(const pg_uuid_t *id, const McpChanges *changes)
{
	char nulls[] = "     ";
	Datum values[5] = {UUIDPGetDatum(id),
	                   text_or_null(changes->name),
	                   BoolGetDatum(changes->has_description),
	                   text_or_null(changes->description),
	                   text_array(changes->tags)};

	nulls[1] = changes->name == NULL ? 'n' : ' ';
	nulls[3] = changes->description == NULL ? 'n' : ' ';
	nulls[4] = changes->has_tags ? ' ' : 'n';
	(void) statement_run(&update_mcp, values, nulls);
}

/* As this transaction has just left it. */
static Jsonb *
read_written(const pg_uuid_t *id)
{
	Datum values[1] = {UUIDPGetDatum(id)};

	if (statement_run(&select_mcp, values, NULL) == 0)
		elog(ERROR, "an MCP has no latest version");
	return statement_take_jsonb();
}

static void
tell(const char *action, const pg_uuid_t *id, const char *name, Jsonb *before,
     Jsonb *after)
{
	AuditEntry entry = {.action = action,
	                    .kind = "mcp",
	                    .object_id = DatumGetCString(
							DirectFunctionCall1(uuid_out, UUIDPGetDatum(id))),
	                    .object_name = name};

	audit_write(&entry, before, after);
}

static Datum
text_or_null(const char *text)
{
	return text == NULL ? (Datum) 0 : CStringGetTextDatum(text);
}

static Datum
text_array(List *texts)
{
	Datum *elements = palloc(sizeof(Datum) * (Size) list_length(texts));
	int count = 0;
	ListCell *cell;

	foreach (cell, texts)
		elements[count++] = CStringGetTextDatum((char *) lfirst(cell));
	return PointerGetDatum(
		construct_array(elements, count, TEXTOID, -1, false, TYPALIGN_INT));
}
