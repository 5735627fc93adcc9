/*
 * rate_buckets.h
 *		Token buckets by name, in a place of fixed size.
 *
 * A bucket that has filled up again is as good as none, so its place is anybody's.
 * Where more are in use at once than there is room for, one who has used little
 * loses what was counted of it: a limit may then be wide, never too narrow.
 */
#ifndef MCPD_RATE_BUCKETS_H
#define MCPD_RATE_BUCKETS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct RateBuckets RateBuckets;

/* So many tokens at most, that come back within so many milliseconds. */
typedef struct RateLimit
{
	int tokens;
	uint64_t period;
} RateLimit;

/* What a bucket has, now or after one was taken. */
typedef struct RateLevel
{
	bool has_one;   /* there was a token to be had */
	long remaining; /* whole tokens */
	uint64_t full;  /* milliseconds until it is full again */
	uint64_t next;  /* until there is one; 0: there is */
} RateLevel;

extern RateBuckets *rate_buckets_create(void);
extern void rate_buckets_destroy(RateBuckets *buckets);

/* now in milliseconds of a clock that never goes back. */
extern RateLevel rate_buckets_look(RateBuckets *buckets, const char *name,
                                   const RateLimit *limit, uint64_t now);

/* Takes a token where there is one. */
extern RateLevel rate_buckets_take(RateBuckets *buckets, const char *name,
                                   const RateLimit *limit, uint64_t now);

/* What a number of tokens, with fractions, is under a limit. */
extern RateLevel rate_level_of(double tokens, const RateLimit *limit);

#endif
