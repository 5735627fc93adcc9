/*
 * cache.h
 *		What was answered before, in two levels: this process, and Redis.
 *
 * Aside of the database: who asks looks here first, asks the database where
 * there is nothing, and puts what it said in here.  An answer that is found is
 * as of now (cache_check.c says why), for a caller who may have it; one that is
 * not found costs time, and nothing that goes wrong here is an error.
 */
#ifndef MCPD_CACHE_H
#define MCPD_CACHE_H

#include "cache_check.h"
#include "cache_flight.h"
#include "cache_memory.h"
#include "redis.h"

typedef struct Cache Cache;

/* A question; lies in the arena of whoever asks, as do the texts in it. */
typedef struct CacheQuestion
{
	Arena *arena;
	const DbCaller *caller; /* NULL: the daemon itself */
	DbStatement statement;
	const char *const *values;
	CacheKind kind;

	/* entry NULL: the database is to be asked.  Else it is kept in arena. */
	void (*callback)(void *context, CacheEntry *entry);
	void *context;

	/* The cache's own. */
	Cache *cache;
	CacheWaiter waiter;
	CacheKey key;
	CachePassenger passenger;
	CacheEntry *shared; /* what its flight brought */
	bool may_put;
	unsigned int version; /* of the labels when it was not found */
} CacheQuestion;

typedef struct CacheCounts
{
	uint64_t memory_hits;
	uint64_t redis_hits;
	uint64_t misses;
	uint64_t late_fills;    /* the label changed while they were made */
	uint64_t refused_words; /* of Redis: not ours, or not for this key */
	uint64_t questions;     /* to the database, whether what we have is true */
	uint64_t waiters;       /* whom they were asked for */
	size_t bytes;
	size_t entries;
} CacheCounts;

/* redis NULL: there is none.  It and db must outlive the cache. */
extern Cache *cache_open(const Config *config, Db *db, Redis *redis);

/* Those who wait are told that there is nothing. */
extern void cache_close(Cache *cache);

/* Calls back exactly once, maybe before it returns. */
extern void cache_find(Cache *cache, CacheQuestion *question);

/*
 * What the database answered to a question that found nothing, asked after that.
 * part: of its kind, CACHE_WHOLE for what depends on all of it.
 */
extern void cache_put(Cache *cache, const CacheQuestion *question, int part,
                      const CacheAnswer *answer);

/* The name of the database in shared caches; NULL: not known yet. */
extern const char *cache_identity(const Cache *cache);

/* Something has changed, NOTIFY says. */
extern void cache_look(Cache *cache);

extern CacheCounts cache_counts(const Cache *cache);

#endif
