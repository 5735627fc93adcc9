/*
 * cache.c
 *		What was answered before, in two levels: this process, and Redis.
 *
 * Each question asks the database for the labels of now, together with all that
 * came in the same turn, before anything is believed; but one that would find
 * nothing anyway does not: what it brings gets the label that is known.
 */
#include "cache.h"

#include "cache_shared.h"
#include "log.h"
#include "memory.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* Of a key: who asks for more asks the database. */
#define LONGEST_KEY 512
#define LONGEST_NUMBER 24 /* with what is around it, and a NUL */

struct Cache
{
	CacheCheck *check;
	CacheMemory *memory; /* NULL: there is no such level */
	CacheShared *shared;
	CacheFlights *flights; /* to the shared level */
	Db *db;                /* for what is asked once */
	DbRequest *identity;   /* under way, else NULL */
	bool is_identified;
	uint64_t memory_hits;
	uint64_t redis_hits;
	uint64_t misses;
	uint64_t late_fills;
};

static bool make_key(CacheQuestion *question);
static char *put_length(char *at, size_t length);
static void checked(void *context, bool may_answer);
static void shared_found(void *context, const CacheFound *found);
static void
share(CacheQuestion *question, CacheEntry *entry, const CacheFound *found);
static CacheQuestion *question_of(CachePassenger *passenger);
static void miss(CacheQuestion *question);
static bool is_current(const Cache *cache, int topic, uint64_t label);
static CacheEntry *
make_entry(Arena *arena, int topic, uint64_t label, const CacheAnswer *answer);
static void labels_changed(void *context);
static void identified(void *context, DbResult *result, const Error *error);

Cache *
cache_open(const Config *config, Db *db, Redis *redis)
{
	Cache *cache = memory_alloc(sizeof(*cache));
	size_t most = (size_t) config->cache_memory * 1024 * 1024;

	cache->db = db;
	cache->check = cache_check_open(config);
	if (most > 0)
		cache->memory = cache_memory_create(most);
	cache->shared = cache_shared_create(redis, config->cache_ttl);
	cache->flights = cache_flights_create();
	cache_check_on_change(cache->check, labels_changed, cache);
	return cache;
}

void
cache_close(Cache *cache)
{
	if (cache == NULL)
		return;
	if (cache->identity)
		db_forget(cache->identity);
	cache_check_close(cache->check);
	cache_memory_destroy(cache->memory);
	cache_shared_destroy(cache->shared);
	cache_flights_destroy(cache->flights);
	free(cache);
}

void
cache_find(Cache *cache, CacheQuestion *question)
{
	const CacheLabels *labels = cache_check_labels(cache->check);

	question->cache = cache;
	if (!make_key(question))
	{
		miss(question);
		return;
	}
	if (labels->is_known && !cache_shared_is_usable(cache->shared) &&
	    (cache->memory == NULL ||
	     cache_memory_find(cache->memory, &question->key) == NULL))
	{
		question->may_put = true;
		miss(question);
		return;
	}
	question->waiter.callback = checked;
	question->waiter.context = question;
	cache_check_ask(
		cache->check, question->caller, question->statement, &question->waiter);
}

void
cache_put(Cache *cache, const CacheQuestion *question, int part,
          const CacheAnswer *answer)
{
	const CacheLabels *labels = cache_check_labels(cache->check);
	CacheFound entry = {.answer = *answer,
	                    .topic = cache_topic(question->kind, part)};

	if (!question->may_put)
		return;
	if (question->version != labels->version)
	{
		cache->late_fills++;
		return;
	}
	entry.label = labels->of[entry.topic];
	if (cache->memory)
		cache_memory_put(
			cache->memory, &question->key, entry.topic, entry.label, answer);
	cache_shared_put(cache->shared, &question->key, question->arena, &entry);
}

const char *
cache_identity(const Cache *cache)
{
	return cache_shared_identity(cache->shared);
}

void
cache_look(Cache *cache)
{
	cache_check_look(cache->check);
}

CacheCounts
cache_counts(const Cache *cache)
{
	CacheCounts counts = {
		.memory_hits = cache->memory_hits,
		.redis_hits = cache->redis_hits,
		.misses = cache->misses,
		.late_fills = cache->late_fills,
		.refused_words = cache_shared_refused(cache->shared),
		.bytes = cache->memory ? cache_memory_bytes(cache->memory) : 0,
		.entries = cache->memory ? cache_memory_entries(cache->memory) : 0};

	cache_check_counts(cache->check, &counts.questions, &counts.waiters);
	return counts;
}

/* "get_mcp:8:echo-one": each value with its length, n for null. */
static bool
make_key(CacheQuestion *question)
{
	char key[LONGEST_KEY];
	char *at = stpcpy(key, db_statement_name(question->statement));

	for (int i = 0; i < db_statement_parameters(question->statement); i++)
	{
		const char *value = question->values[i];
		size_t length = value ? strlen(value) : 0;

		if ((size_t) (at - key) + length + LONGEST_NUMBER > LONGEST_KEY)
			return false;
		if (value == NULL)
			at = stpcpy(at, ":n");
		else
			at = stpcpy(put_length(at, length), value);
	}
	question->key.length = (size_t) (at - key);
	question->key.bytes =
		arena_copy(question->arena, key, question->key.length);
	return true;
}

/* ":8:", backwards: its last digit is the first that is known. */
static char *
put_length(char *at, size_t length)
{
	char digits[LONGEST_NUMBER];
	char *first = digits + sizeof(digits) - 1;

	*first = '\0';
	*--first = ':';
	do
		*--first = (char) ('0' + length % 10);
	while ((length /= 10) > 0);
	*--first = ':';
	return stpcpy(at, first);
}

static void
checked(void *context, bool may_answer)
{
	CacheQuestion *question = context;
	Cache *cache = question->cache;
	CacheEntry *entry = may_answer && cache->memory
	                        ? cache_memory_find(cache->memory, &question->key)
	                        : NULL;

	question->may_put = may_answer;
	if (entry && is_current(cache, entry->topic, entry->label))
	{
		cache->memory_hits++;
		cache_memory_keep(entry, question->arena);
		question->callback(question->context, entry);
	}
	else if (!may_answer)
		miss(question);
	else if (cache_flights_board(
				 cache->flights, &question->key, &question->passenger))
		cache_shared_find(cache->shared,
		                  &question->key,
		                  question->arena,
		                  shared_found,
		                  question);
}

/* For all who asked the same meanwhile; what is found there is put here too. */
static void
shared_found(void *context, const CacheFound *found)
{
	CacheQuestion *first = context;
	Cache *cache = first->cache;
	CachePassenger *passenger =
		cache_flights_land(cache->flights, &first->passenger);
	CacheEntry *entry = NULL;

	if (found && !is_current(cache, found->topic, found->label))
		found = NULL;
	if (found && cache->memory)
		entry = cache_memory_put(cache->memory,
		                         &first->key,
		                         found->topic,
		                         found->label,
		                         &found->answer);
	/* An answer may end the one who gets it, or have the entry dropped. */
	for (CachePassenger *one = passenger; found && one; one = one->next)
		share(question_of(one), entry, found);
	while (passenger)
	{
		CacheQuestion *question = question_of(passenger);

		passenger = passenger->next;
		if (found)
			question->callback(question->context, question->shared);
		else
			miss(question);
	}
}

static void
share(CacheQuestion *question, CacheEntry *entry, const CacheFound *found)
{
	question->cache->redis_hits++;
	if (entry)
		cache_memory_keep(entry, question->arena);
	else
		entry = make_entry(
			question->arena, found->topic, found->label, &found->answer);
	question->shared = entry;
}

static CacheQuestion *
question_of(CachePassenger *passenger)
{
	void *question = (char *) passenger - offsetof(CacheQuestion, passenger);

	return question;
}

/* The labels of now are older than what the database is asked for next. */
static void
miss(CacheQuestion *question)
{
	Cache *cache = question->cache;

	cache->misses++;
	question->version = cache_check_labels(cache->check)->version;
	question->callback(question->context, NULL);
}

static bool
is_current(const Cache *cache, int topic, uint64_t label)
{
	return cache_check_labels(cache->check)->of[topic] == label;
}

/* One that is in no level; its compressed form, if any, ends with the arena. */
static CacheEntry *
make_entry(Arena *arena, int topic, uint64_t label, const CacheAnswer *answer)
{
	CacheEntry *entry = arena_alloc(arena, sizeof(*entry));

	entry->answer = *answer;
	entry->answer.json = arena_copy(arena, answer->json, answer->length);
	entry->answer.tag = arena_copy_text(arena, answer->tag);
	if (answer->last)
		entry->answer.last = arena_copy_text(arena, answer->last);
	entry->topic = topic;
	entry->label = label;
	entry->is_passing = true;
	return entry;
}

static void
labels_changed(void *context)
{
	Cache *cache = context;

	if (cache->memory)
		cache_memory_drop_stale(cache->memory,
		                        cache_check_labels(cache->check)->of);
	if (cache->identity == NULL && !cache->is_identified)
		cache->identity =
			db_send(cache->db, DB_CACHE_IDENTITY, NULL, identified, cache);
}

/* Without it there is one level less: the daemon's role may not ask for it. */
static void
identified(void *context, DbResult *result, const Error *error)
{
	Cache *cache = context;

	cache->identity = NULL;
	if (error)
	{
		log_failure("Redis is no cache", error);
		return;
	}
	if (db_result_rows(result) != 1)
		return;
	cache->is_identified = true;
	cache_shared_identify(cache->shared,
	                      db_result_text(result, 0, 0),
	                      db_result_text(result, 0, 1));
}
