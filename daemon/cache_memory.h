/*
 * cache_memory.h
 *		The level of the cache that is in this process: answers ready to be sent.
 *
 * Bounded by bytes; what was not asked for the longest goes first.  Whether an
 * entry is still true its label tells, not this room.
 */
#ifndef MCPD_CACHE_MEMORY_H
#define MCPD_CACHE_MEMORY_H

#include "arena.h"
#include "cache_key.h"
#include "http.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct CacheMemory CacheMemory;

typedef struct CacheAnswer
{
	const char *json;
	size_t length;
	const char *tag;  /* its ETag */
	long rows;        /* of a list; -1: it is none */
	const char *last; /* key of its last row; NULL: it has none */
} CacheAnswer;

typedef struct CacheEntry
{
	CacheAnswer answer;
	HttpPacked packed; /* made for the first who accepts gzip */
	int topic;
	uint64_t label;
	bool is_passing; /* it is in no cache, and gone with this request */
} CacheEntry;

/* most: bytes of all entries together. */
extern CacheMemory *cache_memory_create(size_t most);
extern void cache_memory_destroy(CacheMemory *memory);

/* NULL: it has none.  To be kept where it shall outlive the next put or drop. */
extern CacheEntry *cache_memory_find(CacheMemory *memory, const CacheKey *key);

/* In place of the one it has for key.  Copies all; NULL: it is too large. */
extern CacheEntry *
cache_memory_put(CacheMemory *memory, const CacheKey *key, int topic,
                 uint64_t label, const CacheAnswer *answer);

/* Drops those whose label is not the one of their topic, of which there are
 * CACHE_TOPICS; only topics that differ from before cost anything. */
extern void
cache_memory_drop_stale(CacheMemory *memory, const uint64_t *labels);

/* Lives as long as the arena from now on, wherever it is dropped before. */
extern void cache_memory_keep(CacheEntry *entry, Arena *arena);

extern size_t cache_memory_bytes(const CacheMemory *memory);
extern size_t cache_memory_entries(const CacheMemory *memory);

#endif
