/*
 * plan_cache.c
 *		Plans by workflow version, compiled once per backend.
 *
 * Each plan has a memory context of its own, made below the caller's and moved
 * to a lasting place only once the plan is whole: an error on the way leaves
 * nothing behind.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "column.h"
#include "lib/ilist.h"
#include "plan_cache.h"
#include "statement.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"
#include "version_watch.h"

/* Some thousands of usual workflows, or a few of the largest. */
#define CACHE_BYTES_MAX ((Size) 32 * 1024 * 1024)

/* A version of a workflow; 0: the id is that of an MCP version. */
typedef struct PlanKey
{
	pg_uuid_t id;
	int32 version;
} PlanKey;

typedef struct PlanEntry
{
	PlanKey key; /* must be first */
	dlist_node node;
	MemoryContext context;
	RunPlan *plan;
	Size size;
} PlanEntry;

static HTAB *entries = NULL;
static dlist_head by_use = DLIST_STATIC_INIT(by_use); /* latest first */
static Size total_size = 0;

/* Plans are stale when it has gone on since. */
static uint64 changes_seen = 0;

static const RunPlan *
get(const PlanKey *key, RunPlan *(*load)(const PlanKey *key));
static RunPlan *load_workflow(const PlanKey *key);
static RunPlan *load_mcp(const PlanKey *key);
static void look_up_versions(RunPlan *plan);
static bool is_complete(const RunPlan *plan);
static void keep(const PlanKey *key, RunPlan *plan, MemoryContext context);
static void drop(PlanEntry *entry);
static Datum get_column(int column);

const RunPlan *
plan_cache_get(const pg_uuid_t *workflow_id, int version)
{
	PlanKey key;

	memset(&key, 0, sizeof(key));
	key.id = *workflow_id;
	key.version = version;
	return get(&key, load_workflow);
}

const RunPlan *
plan_cache_get_mcp(const pg_uuid_t *version_id)
{
	PlanKey key;

	memset(&key, 0, sizeof(key));
	key.id = *version_id;
	return get(&key, load_mcp);
}

void
plan_cache_trim(void)
{
	uint64 changes = version_watch_changes();

	while (!dlist_is_empty(&by_use) &&
	       (changes != changes_seen || total_size > CACHE_BYTES_MAX))
		drop(dlist_tail_element(PlanEntry, node, &by_use));
	changes_seen = changes;
}

static const RunPlan *
get(const PlanKey *key, RunPlan *(*load)(const PlanKey *key))
{
	PlanEntry *entry =
		entries == NULL ? NULL : hash_search(entries, key, HASH_FIND, NULL);
	MemoryContext context;
	MemoryContext caller;
	RunPlan *plan;

	if (entry != NULL)
	{
		dlist_move_head(&by_use, &entry->node);
		return entry->plan;
	}
	context = AllocSetContextCreate(
		CurrentMemoryContext, "mcp plan", ALLOCSET_SMALL_SIZES);
	caller = MemoryContextSwitchTo(context);
	plan = load(key);
	MemoryContextSwitchTo(caller);
	if (plan != NULL && is_complete(plan))
		keep(key, plan, context);
	return plan;
}

/* SPI leaves its own memory context behind, hence the switch after each run. */
static RunPlan *
load_workflow(const PlanKey *key)
{
	static Statement find = {"SELECT v.definition"
	                         " FROM mcp.workflow_versions AS v"
	                         " WHERE v.workflow_id = $1"
	                         " AND v.version = $2",
	                         2,
	                         {UUIDOID, INT4OID},
	                         NULL};
	MemoryContext context = CurrentMemoryContext;
	Datum values[2] = {UUIDPGetDatum(&key->id), Int32GetDatum(key->version)};
	RunPlan *plan;

	if (statement_run(&find, values, NULL) == 0)
		return NULL;
	MemoryContextSwitchTo(context);
	plan = plan_compile(DatumGetJsonbPCopy(get_column(1)));
	look_up_versions(plan);
	MemoryContextSwitchTo(context);
	return plan;
}

static RunPlan *
load_mcp(const PlanKey *key)
{
	static Statement find = {"SELECT d.name, v.mcp_id, v.version_str"
	                         " FROM mcp.mcp_versions AS v"
	                         " JOIN mcp.mcp_definitions AS d ON d.id = v.mcp_id"
	                         " WHERE v.id = $1",
	                         1,
	                         {UUIDOID},
	                         NULL};
	MemoryContext context = CurrentMemoryContext;
	Datum values[1] = {UUIDPGetDatum(&key->id)};
	RunPlan *plan;

	if (statement_run(&find, values, NULL) == 0)
		return NULL;
	MemoryContextSwitchTo(context);
	plan = plan_compile_mcp(TextDatumGetCString(get_column(1)));
	plan->steps->mcp_id = *DatumGetUUIDP(get_column(2));
	plan->steps->version_str = TextDatumGetCString(get_column(3));
	plan->steps->version_id = key->id;
	plan->steps->has_version = true;
	return plan;
}

/* All versions that the steps name, in one query. */
static void
look_up_versions(RunPlan *plan)
{
	static Statement find = {
		"SELECT w.step::integer - 1, v.id"
		" FROM unnest($1, $2)"
		"  WITH ORDINALITY AS w (mcp_id, version_str, step)"
		" JOIN mcp.mcp_versions AS v"
		" ON v.mcp_id = w.mcp_id"
		" AND v.version_str = w.version_str",
		2,
		{UUIDARRAYOID, TEXTARRAYOID},
		NULL};
	Column mcp_ids;
	Column version_strs;
	Datum values[2];

	column_init(&mcp_ids, UUIDOID, plan->shape.step_count);
	column_init(&version_strs, TEXTOID, plan->shape.step_count);
	for (int i = 0; i < plan->shape.step_count; i++)
	{
		column_add(&mcp_ids, UUIDPGetDatum(&plan->steps[i].mcp_id));
		column_add_text(&version_strs, plan->steps[i].version_str);
	}
	values[0] = column_array(&mcp_ids);
	values[1] = column_array(&version_strs);
	statement_run(&find, values, NULL);
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		HeapTuple row = SPI_tuptable->vals[i];
		TupleDesc columns = SPI_tuptable->tupdesc;
		bool is_null;
		int step = DatumGetInt32(SPI_getbinval(row, columns, 1, &is_null));

		plan->steps[step].version_id =
			*DatumGetUUIDP(SPI_getbinval(row, columns, 2, &is_null));
		plan->steps[step].has_version = true;
	}
}

/*
 * A version that is missing now may be added later, so a plan that lacks one is
 * not kept.
 */
static bool
is_complete(const RunPlan *plan)
{
	for (int i = 0; i < plan->shape.step_count; i++)
		if (plan->steps[i].version_str != NULL && !plan->steps[i].has_version)
			return false;
	return true;
}

static void
keep(const PlanKey *key, RunPlan *plan, MemoryContext context)
{
	PlanEntry *entry;
	bool is_found;

	version_watch_begin();
	if (entries == NULL)
	{
		HASHCTL control = {.keysize = sizeof(PlanKey),
		                   .entrysize = sizeof(PlanEntry),
		                   .hcxt = TopMemoryContext};

		entries = hash_create(
			"mcp plans", 64, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	}
	entry = hash_search(entries, key, HASH_ENTER, &is_found);
	Assert(!is_found);
	MemoryContextSetParent(context, CacheMemoryContext);
	entry->context = context;
	entry->plan = plan;
	entry->size = MemoryContextMemAllocated(context, true);
	total_size += entry->size;
	dlist_push_head(&by_use, &entry->node);
}

static void
drop(PlanEntry *entry)
{
	dlist_delete(&entry->node);
	total_size -= entry->size;
	MemoryContextDelete(entry->context);
	hash_search(entries, &entry->key, HASH_REMOVE, NULL);
}

static Datum
get_column(int column)
{
	bool is_null;
	Datum value = SPI_getbinval(
		SPI_tuptable->vals[0], SPI_tuptable->tupdesc, column, &is_null);

	if (is_null)
		elog(ERROR, "column %d of a version is null", column);
	return value;
}
