/*
 * rate_buckets.c
 *		Token buckets by name, in a place of fixed size.
 *
 * A name is known by a hash under a key that is drawn at the start, so nobody can
 * choose names that share a bucket.
 */
#include "rate_buckets.h"

#include "memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define PLACES 16384u /* a power of two */
#define PROBES 8u

typedef struct Bucket
{
	uint64_t name; /* 0: nobody's */
	uint64_t at;   /* when it had these tokens */
	double tokens;
} Bucket;

struct RateBuckets
{
	uint64_t key[2];
	Bucket places[PLACES];
};

static Bucket *get_bucket(RateBuckets *buckets, const char *name,
                          const RateLimit *limit, uint64_t now);
static double
tokens_of(const Bucket *bucket, const RateLimit *limit, uint64_t now);
static uint64_t hash_of(const RateBuckets *buckets, const char *name);

RateBuckets *
rate_buckets_create(void)
{
	RateBuckets *buckets = memory_alloc(sizeof(*buckets));

	/* Without it the names are still told apart. */
	if (getrandom(buckets->key, sizeof(buckets->key), GRND_NONBLOCK) < 0)
		buckets->key[0] = 1;
	return buckets;
}

void
rate_buckets_destroy(RateBuckets *buckets)
{
	free(buckets);
}

RateLevel
rate_buckets_look(RateBuckets *buckets, const char *name,
                  const RateLimit *limit, uint64_t now)
{
	return rate_level_of(
		tokens_of(get_bucket(buckets, name, limit, now), limit, now), limit);
}

RateLevel
rate_buckets_take(RateBuckets *buckets, const char *name,
                  const RateLimit *limit, uint64_t now)
{
	Bucket *bucket = get_bucket(buckets, name, limit, now);
	RateLevel level;

	bucket->tokens = tokens_of(bucket, limit, now);
	bucket->at = now;
	if (bucket->tokens < 1)
		return rate_level_of(bucket->tokens, limit);
	bucket->tokens -= 1;
	level = rate_level_of(bucket->tokens, limit);
	level.has_one = true;
	return level;
}

RateLevel
rate_level_of(double tokens, const RateLimit *limit)
{
	double each = (double) limit->period / limit->tokens;
	RateLevel level = {.has_one = tokens >= 1,
	                   .remaining = (long) floor(tokens),
	                   .full =
	                       (uint64_t) ceil((limit->tokens - tokens) * each)};

	if (tokens < 1)
		level.next = (uint64_t) ceil((1 - tokens) * each);
	return level;
}

/* Among a few places: its own, a free one, or the one that is nearest to full. */
static Bucket *
get_bucket(RateBuckets *buckets, const char *name, const RateLimit *limit,
           uint64_t now)
{
	uint64_t hash = hash_of(buckets, name);
	Bucket *best = NULL;

	for (unsigned int i = 0; i < PROBES; i++)
	{
		Bucket *bucket = &buckets->places[((hash >> 1) + i) & (PLACES - 1)];

		if (bucket->name == hash)
			return bucket;
		if (best == NULL ||
		    tokens_of(bucket, limit, now) > tokens_of(best, limit, now))
			best = bucket;
	}
	*best = (Bucket){.name = hash, .at = now, .tokens = limit->tokens};
	return best;
}

static double
tokens_of(const Bucket *bucket, const RateLimit *limit, uint64_t now)
{
	double came =
		(double) (now - bucket->at) * limit->tokens / (double) limit->period;

	return bucket->name == 0 ? limit->tokens
	                         : fmin(limit->tokens, bucket->tokens + came);
}

/* Keyed and mixed well, and never 0. */
static uint64_t
hash_of(const RateBuckets *buckets, const char *name)
{
	uint64_t hash = buckets->key[0];

	for (; *name; name++)
	{
		hash = (hash ^ (unsigned char) *name) * 0x9e3779b97f4a7c15u;
		hash ^= (hash >> 29) ^ buckets->key[1];
	}
	hash *= 0xbf58476d1ce4e5b9u;
	return (hash ^ (hash >> 32)) | 1;
}
