/*
 * mcp_version.c
 *		Versions of MCPs, fetched once: what a task is to run.
 *
 * An entry is there from the first question on; who asks while the answer is
 * under way waits with it.  A list, the last used first, is table and order of
 * eviction in one: a worker runs few versions at a time.
 */
#include "mcp_version.h"

#include "loop.h"
#include "memory.h"

#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

/* The cache keeps at most so many versions, and so many bytes of them. */
#define MOST_ENTRIES 1000
#define MOST_BYTES ((size_t) 64 * 1024 * 1024)

/* Milliseconds until an unavailable database is asked again. */
#define PATIENCE 500

/* What was fetched: the cache owns it, and so does every arena that uses it. */
typedef struct Fetched
{
	McpVersion version; /* first: given out as a pointer to it */
	int owners;
	size_t bytes;
	Arena *arena;
} Fetched;

typedef struct Entry
{
	TAILQ_ENTRY(Entry) link;
	TAILQ_HEAD(WaitList, McpVersionWait) waits;
	McpVersionCache *cache;
	char *id;
	Fetched *fetched;   /* NULL until it is there */
	DbRequest *request; /* while it is asked for */
	LoopTimer *timer;   /* tells who waits; until it is there, asks again */
} Entry;

/* The arena's, whose owner waits. */
struct McpVersionWait
{
	TAILQ_ENTRY(McpVersionWait) link;
	Entry *entry;
	Arena *arena;
	McpVersionCallback callback;
	void *context;
};

struct McpVersionCache
{
	Db *db;
	TAILQ_HEAD(EntryList, Entry) entries;
	int count;
	size_t bytes;
};

static Entry *find_entry(McpVersionCache *cache, const char *id);
static Entry *create_entry(McpVersionCache *cache, const char *id);
static void destroy_entry(Entry *entry);
static void time_has_come(void *context);
static void ask(Entry *entry);
static void answered(void *context, DbResult *result, const Error *error);
static Status read_version(Entry *entry, DbResult *result, Error *error);
static void tell(Entry *entry, const Error *error);
static void evict(McpVersionCache *cache);
static void drop(void *context);

McpVersionCache *
mcp_version_cache_create(Db *db)
{
	McpVersionCache *cache = memory_alloc(sizeof(*cache));

	cache->db = db;
	TAILQ_INIT(&cache->entries);
	return cache;
}

void
mcp_version_cache_destroy(McpVersionCache *cache)
{
	Entry *entry;
	Entry *next;

	if (cache == NULL)
		return;
	for (entry = TAILQ_FIRST(&cache->entries); entry; entry = next)
	{
		next = TAILQ_NEXT(entry, link);
		destroy_entry(entry);
	}
	free(cache);
}

McpVersionWait *
mcp_version_get(McpVersionCache *cache, const char *id, Arena *arena,
                McpVersionCallback callback, void *context)
{
	McpVersionWait *wait = arena_alloc(arena, sizeof(*wait));
	Entry *entry = find_entry(cache, id);

	if (entry == NULL)
	{
		entry = create_entry(cache, id);
		ask(entry);
	}
	wait->entry = entry;
	wait->arena = arena;
	wait->callback = callback;
	wait->context = context;
	TAILQ_INSERT_TAIL(&entry->waits, wait, link);
	if (entry->fetched)
		loop_timer_set(entry->timer, 0);
	return wait;
}

void
mcp_version_forget(McpVersionWait *wait)
{
	TAILQ_REMOVE(&wait->entry->waits, wait, link);
}

/* Moves it to the front. */
static Entry *
find_entry(McpVersionCache *cache, const char *id)
{
	Entry *entry;

	TAILQ_FOREACH(entry, &cache->entries, link)
	{
		if (strcmp(entry->id, id) != 0)
			continue;
		TAILQ_REMOVE(&cache->entries, entry, link);
		TAILQ_INSERT_HEAD(&cache->entries, entry, link);
		return entry;
	}
	return NULL;
}

static Entry *
create_entry(McpVersionCache *cache, const char *id)
{
	Entry *entry = memory_alloc(sizeof(*entry));

	TAILQ_INIT(&entry->waits);
	entry->cache = cache;
	entry->id = memory_copy_text(id);
	entry->timer = loop_timer_create(time_has_come, entry);
	TAILQ_INSERT_HEAD(&cache->entries, entry, link);
	cache->count++;
	return entry;
}

/* Who waits is not told any more; who has the version keeps it. */
static void
destroy_entry(Entry *entry)
{
	TAILQ_REMOVE(&entry->cache->entries, entry, link);
	entry->cache->count--;
	if (entry->fetched)
	{
		entry->cache->bytes -= entry->fetched->bytes;
		drop(entry->fetched);
	}
	if (entry->request)
		db_forget(entry->request);
	loop_timer_destroy(entry->timer);
	free(entry->id);
	free(entry);
}

static void
time_has_come(void *context)
{
	Entry *entry = context;

	if (entry->fetched)
		tell(entry, NULL);
	else
		ask(entry);
}

static void
ask(Entry *entry)
{
	const char *values[] = {entry->id};

	entry->request = db_send(
		entry->cache->db, DB_GET_VERSION_BY_ID, values, answered, entry);
}

static void
answered(void *context, DbResult *result, const Error *error)
{
	Entry *entry = context;
	Error misread;

	entry->request = NULL;
	if (error && error->status == STATUS_UNAVAILABLE)
	{
		loop_timer_set(entry->timer, PATIENCE);
		return;
	}
	if (error == NULL && read_version(entry, result, &misread) != STATUS_OK)
		error = &misread;
	tell(entry, error);
	if (error)
		destroy_entry(entry);
	else
		evict(entry->cache);
}

static Status
read_version(Entry *entry, DbResult *result, Error *error)
{
	const char *text =
		db_result_rows(result) == 1 ? db_result_text(result, 0, 0) : NULL;
	JsonView document;
	Fetched *fetched;
	Arena *arena;

	if (text == NULL)
		return error_set(error,
		                 STATUS_NOT_FOUND,
		                 "MCP version \"%s\" does not exist",
		                 entry->id);
	document = json_view_trust(text);
	arena = arena_create();
	fetched = arena_alloc(arena, sizeof(*fetched));
	fetched->arena = arena;
	fetched->owners = 1;
	fetched->bytes = db_result_length(result, 0, 0);
	fetched->version.executor =
		json_view_text(json_view_find(document, "executor"), arena);
	fetched->version.config = json_view_find(document, "config");
	if (fetched->version.executor == NULL)
	{
		arena_destroy(arena);
		return error_set(error,
		                 STATUS_INTERNAL,
		                 "MCP version \"%s\" names no executor",
		                 entry->id);
	}
	db_result_keep(result, arena);
	entry->fetched = fetched;
	entry->cache->bytes += fetched->bytes;
	return STATUS_OK;
}

static void
tell(Entry *entry, const Error *error)
{
	McpVersionWait *wait;

	while ((wait = TAILQ_FIRST(&entry->waits)) != NULL)
	{
		TAILQ_REMOVE(&entry->waits, wait, link);
		if (error)
		{
			wait->callback(wait->context, NULL, error);
			continue;
		}
		entry->fetched->owners++;
		arena_keep(wait->arena, entry->fetched, drop);
		wait->callback(wait->context, &entry->fetched->version, NULL);
	}
}

/* From the end, where the longest unused are; one that is asked for stays. */
static void
evict(McpVersionCache *cache)
{
	Entry *entry = TAILQ_LAST(&cache->entries, EntryList);

	while (entry && (cache->count > MOST_ENTRIES || cache->bytes > MOST_BYTES))
	{
		Entry *newer = TAILQ_PREV(entry, EntryList, link);

		if (entry->fetched && TAILQ_EMPTY(&entry->waits))
			destroy_entry(entry);
		entry = newer;
	}
}

static void
drop(void *context)
{
	Fetched *fetched = context;

	if (--fetched->owners == 0)
		arena_destroy(fetched->arena);
}
