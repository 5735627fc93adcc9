/*
 * cache_key.c
 *		What a question to the cache is, as bytes.
 */
#include "cache_key.h"

#include <string.h>

/* FNV-1a. */
uint64_t
cache_key_hash(const CacheKey *key)
{
	uint64_t hash = 0xcbf29ce484222325u;

	for (size_t i = 0; i < key->length; i++)
		hash = (hash ^ (unsigned char) key->bytes[i]) * 0x100000001b3u;
	return hash ^ (hash >> 32);
}

bool
cache_key_is_same(const CacheKey *one, const CacheKey *other)
{
	return one->length == other->length &&
	       memcmp(one->bytes, other->bytes, one->length) == 0;
}
