/*
 * cache_shared.h
 *		The level of the cache that daemons share: entries in Redis.
 *
 * An entry is signed together with its key by a secret of the database's, so
 * that nobody but its daemons can put words into their mouths, and the answer to
 * another question is never taken for this one's.
 */
#ifndef MCPD_CACHE_SHARED_H
#define MCPD_CACHE_SHARED_H

#include "cache_memory.h"
#include "config.h"
#include "db.h"
#include "redis.h"

typedef struct CacheShared CacheShared;

/* redis NULL: nothing is ever there.  ttl: seconds that an entry is kept. */
extern CacheShared *cache_shared_create(Redis *redis, int ttl);
extern void cache_shared_destroy(CacheShared *shared);

/*
 * Who the database is: its name and secret, in hexadecimal.  Until it is known
 * nothing is there.
 */
extern void cache_shared_identify(CacheShared *shared, const char *identity,
                                  const char *secret);

/* NULL: not known yet. */
extern const char *cache_shared_identity(const CacheShared *shared);

extern bool cache_shared_is_usable(const CacheShared *shared);

/* An entry as it was found; its texts are valid until the callback returns. */
typedef struct CacheFound
{
	CacheAnswer answer;
	int topic;
	uint64_t label;
} CacheFound;

/* found NULL: there is none.  Maybe before cache_shared_find() returns. */
typedef void (*CacheSharedCallback)(void *context, const CacheFound *found);

/* key and arena live until the callback. */
extern void
cache_shared_find(CacheShared *shared, const CacheKey *key, Arena *arena,
                  CacheSharedCallback callback, void *context);

extern void cache_shared_put(CacheShared *shared, const CacheKey *key,
                             Arena *arena, const CacheFound *entry);

/* Entries that were not signed by us, or for another key. */
extern uint64_t cache_shared_refused(const CacheShared *shared);

#endif
