/*
 * version_facts.c
 *		What the engine asks of an MCP version: what it takes and gives, its queue,
 *		for how long a result is good.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"

#include "json_schema.h"
#include "statement.h"
#include "version_facts.h"

/* Past this number all are forgotten: simpler than to know the least used. */
#define ENTRIES_MAX 4096

typedef struct FactsEntry
{
	pg_uuid_t id;     /* must be first */
	Jsonb *input;     /* NULL: any */
	Jsonb *output;    /* NULL: any */
	char *queue;      /* NULL: the run's */
	double cache_ttl; /* seconds; 0: none */
} FactsEntry;

static HTAB *entries = NULL;
static MemoryContext entries_memory = NULL;

static const FactsEntry *get(const pg_uuid_t *version_id);
static void look_up(FactsEntry *entry);
static Jsonb *take_schema(int column);
static char *take_text(int column);
static double take_number(int column);
static HTAB *get_entries(void);
static char *check(Jsonb *schema, Jsonb *document, const char *noun);

char *
version_facts_check_inputs(const pg_uuid_t *version_id, Jsonb *inputs)
{
	return check(get(version_id)->input, inputs, "input");
}

char *
version_facts_check_result(const pg_uuid_t *version_id, Jsonb *result)
{
	return check(get(version_id)->output, result, "result");
}

/* Copied: the hash may be emptied while the caller has it. */
char *
version_facts_queue(const pg_uuid_t *version_id)
{
	const char *queue = get(version_id)->queue;

	return queue == NULL ? NULL : pstrdup(queue);
}

double
version_facts_cache_ttl(const pg_uuid_t *version_id)
{
	return get(version_id)->cache_ttl;
}

static const FactsEntry *
get(const pg_uuid_t *version_id)
{
	FactsEntry *entry;
	FactsEntry found;
	bool is_there;

	entry = hash_search(get_entries(), version_id, HASH_FIND, NULL);
	if (entry != NULL)
		return entry;
	/* Looked up first: an error must not leave an empty entry behind. */
	found.id = *version_id;
	look_up(&found);
	entry = hash_search(get_entries(), version_id, HASH_ENTER, &is_there);
	entry->input = found.input;
	entry->output = found.output;
	entry->queue = found.queue;
	entry->cache_ttl = found.cache_ttl;
	return entry;
}

/* A version that is gone asks for nothing: its step fails for that anyhow. */
static void
look_up(FactsEntry *entry)
{
	static Statement find = {"SELECT coalesce(v.input_schema, t.input_schema), "
	                         "coalesce(v.output_schema, t.output_schema), "
	                         "CASE t.executor WHEN 'worker' "
	                         "THEN v.config_snapshot ->> 'queue' END, "
	                         "CASE jsonb_typeof("
	                         " v.config_snapshot #> '{cache,ttl}') "
	                         "WHEN 'number' THEN"
	                         " (v.config_snapshot #>> '{cache,ttl}')::float8"
	                         " END "
	                         "FROM mcp.mcp_versions AS v "
	                         "JOIN mcp.mcp_definitions AS d ON d.id = v.mcp_id "
	                         "JOIN mcp.mcp_types AS t ON t.type = d.type "
	                         "WHERE v.id = $1",
	                         1,
	                         {UUIDOID},
	                         NULL};
	Datum values[1] = {UUIDPGetDatum(&entry->id)};

	entry->input = NULL;
	entry->output = NULL;
	entry->queue = NULL;
	entry->cache_ttl = 0;
	if (statement_run(&find, values, NULL) == 0)
		return;
	entry->input = take_schema(1);
	entry->output = take_schema(2);
	entry->queue = take_text(3);
	entry->cache_ttl = take_number(4);
}

static Jsonb *
take_schema(int column)
{
	bool is_null;
	Datum schema = SPI_getbinval(
		SPI_tuptable->vals[0], SPI_tuptable->tupdesc, column, &is_null);
	MemoryContext caller;
	Jsonb *taken;

	if (is_null)
		return NULL;
	caller = MemoryContextSwitchTo(entries_memory);
	taken = DatumGetJsonbPCopy(schema);
	MemoryContextSwitchTo(caller);
	return taken;
}

static char *
take_text(int column)
{
	char *text =
		SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, column);

	return text == NULL ? NULL : MemoryContextStrdup(entries_memory, text);
}

/* 0 for null. */
static double
take_number(int column)
{
	bool is_null;
	Datum number = SPI_getbinval(
		SPI_tuptable->vals[0], SPI_tuptable->tupdesc, column, &is_null);

	return is_null ? 0 : DatumGetFloat8(number);
}

static HTAB *
get_entries(void)
{
	HASHCTL control = {.keysize = sizeof(pg_uuid_t),
	                   .entrysize = sizeof(FactsEntry)};

	if (entries != NULL && hash_get_num_entries(entries) >= ENTRIES_MAX)
	{
		MemoryContextReset(entries_memory);
		entries = NULL;
	}
	if (entries != NULL)
		return entries;
	if (entries_memory == NULL)
		entries_memory = AllocSetContextCreate(
			TopMemoryContext, "mcp version facts", ALLOCSET_DEFAULT_SIZES);
	control.hcxt = entries_memory;
	entries = hash_create("mcp version facts",
	                      64,
	                      &control,
	                      HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	return entries;
}

/* The first mismatch says enough: a step fails by one as by ten. */
static char *
check(Jsonb *schema, Jsonb *document, const char *noun)
{
	ProblemList *problems;
	const JsonSchema *compiled;
	const Problem *first;
	JsonPath path = json_path_root();
	JsonbValue value = {.type = jbvNull};

	if (schema == NULL)
		return NULL;
	if (document != NULL && JB_ROOT_IS_SCALAR(document))
		(void) JsonbExtractScalar(&document->root, &value);
	else if (document != NULL)
	{
		value.type = jbvBinary;
		value.val.binary.data = &document->root;
		value.val.binary.len = (int) (VARSIZE(document) - VARHDRSZ);
	}
	problems = problem_list_create();
	/* What it refers to may be registered no more: a failure of this step only. */
	compiled = json_schema_find(schema, &path, problems);
	if (compiled != NULL &&
	    json_schema_check(
			compiled, &value, SCHEMA_FORMATS_ASSERT, &path, problems))
		return NULL;
	first = problem_get(problems, 0);
	return psprintf("%s does not match its schema at %s: %s",
	                noun,
	                first->path,
	                first->message);
}
