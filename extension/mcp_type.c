/*
 * mcp_type.c
 *		A kind of MCP, as its row says: who runs it, and what configures it.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "utils/builtins.h"

#include "json_schema.h"
#include "mcp_type.h"
#include "statement.h"

static Statement select_type = {
	"SELECT t.config_schema FROM mcp.mcp_types AS t WHERE t.type = $1",
	1,
	{TEXTOID},
	NULL};

static Statement select_types = {
	"SELECT t.type FROM mcp.mcp_types AS t ORDER BY t.type", 0, {0}, NULL};

static const char *const *list(int *count);

bool
mcp_type_find(const char *type, McpType *found)
{
	Datum values[1] = {CStringGetTextDatum(type)};
	bool is_there;

	*found =
		(McpType){.type = pstrdup(type), .kind = mcp_config_find_kind(type)};
	if (found->kind != MCP_KIND_COUNT)
		return true;
	SPI_connect();
	is_there = statement_run(&select_type, values, NULL) > 0;
	if (is_there)
		found->config_schema = statement_take_jsonb();
	SPI_finish();
	return is_there;
}

void
mcp_type_read(const JsonObject *object, McpType *found)
{
	int count;
	const char *const *types = list(&count);
	int index =
		json_object_read_word(object, "type", JSON_REQUIRED, types, count);

	if (index < 0 || !mcp_type_find(types[index], found))
		*found = (McpType){.kind = MCP_KIND_COUNT};
}

void
mcp_type_check_config(const McpType *type, const JsonObject *config)
{
	JsonbValue value = {.type = jbvBinary};

	if (type->kind != MCP_KIND_COUNT)
		mcp_config_check(config, type->kind);
	if (type->config_schema == NULL || config->container == NULL)
		return;
	value.val.binary.data = config->container;
	value.val.binary.len = config->size;
	(void) json_schema_check(json_schema_get(type->config_schema),
	                         &value,
	                         SCHEMA_FORMATS_ASSERT,
	                         &config->path,
	                         config->problems);
}

Jsonb *
mcp_type_complete_config(const McpType *type, const JsonObject *config)
{
	if (type->kind != MCP_KIND_COUNT)
		return mcp_config_complete(config, type->kind);
	return json_object_copy(config);
}

const char *
mcp_type_noun(const McpType *type)
{
	if (type->kind != MCP_KIND_COUNT)
		return mcp_config_noun(type->kind);
	return type->type ? psprintf("%s config", type->type) : "config";
}

/* All kinds, in the current memory context. */
static const char *const *
list(int *count)
{
	MemoryContext caller = CurrentMemoryContext;
	const char **types;

	SPI_connect();
	*count = (int) statement_run(&select_types, NULL, NULL);
	types =
		MemoryContextAlloc(caller, ((Size) *count + 1) * sizeof(const char *));
	for (int i = 0; i < *count; i++)
		types[i] = MemoryContextStrdup(
			caller,
			SPI_getvalue(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 1));
	SPI_finish();
	return types;
}
