/*
 * cache_key.h
 *		What a question to the cache is, as bytes.
 */
#ifndef MCPD_CACHE_KEY_H
#define MCPD_CACHE_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct CacheKey
{
	const char *bytes;
	size_t length;
} CacheKey;

extern uint64_t cache_key_hash(const CacheKey *key);
extern bool cache_key_is_same(const CacheKey *one, const CacheKey *other);

#endif
