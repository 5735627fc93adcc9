/*
 * json_schema_cache.c
 *		A small list of schemas, the last used first.
 *
 * At most 64 entries, told apart by hash and size before any byte is compared: a
 * list beats a table here, and keeps the order of use for nothing.
 */
#include "postgres.h"

#include "access/xact.h"
#include "common/hashfn.h"
#include "lib/ilist.h"
#include "utils/inval.h"
#include "utils/memutils.h"

#include "json_schema_cache.h"
#include "json_schema_compile.h"
#include "json_schema_store.h"

#define ENTRIES_MAX 64
#define BYTES_MAX ((Size) 32 * 1024 * 1024)

/*
 * What the regex library takes for a pattern with malloc, which no memory context
 * counts; most take less.
 */
#define PATTERN_BYTES ((Size) 8 * 1024)

typedef struct CacheEntry
{
	dlist_node link;
	uint64 hash;
	JsonSchema *schema;
	Size bytes;
} CacheEntry;

static MemoryContext cache_context = NULL; /* NULL: never used so far */
static dlist_head entries = DLIST_STATIC_INIT(entries);
static int entry_count = 0;
static Size entry_bytes = 0;
static uint64 epoch = 1;

/* Set while messages arrive, when nothing may be freed under a caller. */
static bool registry_changed = false;

/* Some schema is good for this transaction only. */
static bool has_provisional = false;

static void
on_relation_change(Datum argument, Oid relation)
{
	if (relation != InvalidOid && relation != schema_store_relation())
		return;
	registry_changed = true;
	epoch++;
}

static void
on_transaction_end(XactEvent event, void *argument)
{
	if (!has_provisional)
		return;
	has_provisional = false;
	registry_changed = true;
	epoch++;
}

static void
open_cache(void)
{
	if (cache_context != NULL)
		return;
	CacheRegisterRelcacheCallback(on_relation_change, (Datum) 0);
	RegisterXactCallback(on_transaction_end, NULL);
	cache_context = AllocSetContextCreate(
		TopMemoryContext, "JSON Schema cache", ALLOCSET_SMALL_SIZES);
}

static void
drop_entry(CacheEntry *entry)
{
	dlist_delete(&entry->link);
	entry_count--;
	entry_bytes -= entry->bytes;
	epoch++;
	schema_destroy(entry->schema);
	pfree(entry);
}

static void
drop_registry_users(void)
{
	dlist_mutable_iter iter;

	if (!registry_changed)
		return;
	registry_changed = false;
	dlist_foreach_modify(iter, &entries)
	{
		CacheEntry *entry = dlist_container(CacheEntry, link, iter.cur);

		if (entry->schema->uses_registry)
			drop_entry(entry);
	}
}

static uint64
hash_document(Jsonb *document)
{
	return hash_bytes_extended(
		(const unsigned char *) document, (int) VARSIZE(document), 0);
}

const JsonSchema *
schema_cache_find(Jsonb *document)
{
	uint64 hash = hash_document(document);
	dlist_iter iter;

	drop_registry_users();
	dlist_foreach(iter, &entries)
	{
		CacheEntry *entry = dlist_container(CacheEntry, link, iter.cur);
		Jsonb *own = entry->schema->document;

		if (entry->hash != hash || VARSIZE(own) != VARSIZE(document) ||
		    memcmp(own, document, VARSIZE(own)) != 0)
			continue;
		dlist_move_head(&entries, &entry->link);
		return entry->schema;
	}
	return NULL;
}

void
schema_cache_keep(JsonSchema *schema)
{
	CacheEntry *entry;

	open_cache();
	entry = MemoryContextAlloc(cache_context, sizeof(*entry));
	entry->hash = hash_document(schema->document);
	entry->schema = schema;
	entry->bytes = MemoryContextMemAllocated(schema->context, true) +
	               PATTERN_BYTES * (Size) schema->pattern_count;
	has_provisional |= schema->is_provisional;
	MemoryContextSetParent(schema->context, cache_context);
	dlist_push_head(&entries, &entry->link);
	entry_count++;
	entry_bytes += entry->bytes;

	/* The new one stays, however large: its caller is about to use it. */
	while (entry_count > 1 &&
	       (entry_count > ENTRIES_MAX || entry_bytes > BYTES_MAX))
		drop_entry(
			dlist_container(CacheEntry, link, dlist_tail_node(&entries)));
}

uint64
schema_cache_epoch(void)
{
	return epoch;
}
