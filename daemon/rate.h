/*
 * rate.h
 *		How many requests a key and an address may make in a while.
 *
 * Token buckets: in Redis, where daemons share them, and in this process where
 * there is no Redis or it does not answer.  A request takes one token of its
 * key's and one of its address', or none.
 */
#ifndef MCPD_RATE_H
#define MCPD_RATE_H

#include "arena.h"
#include "config.h"
#include "redis.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct Rate Rate;

/* Of the bucket that is nearest to empty. */
typedef struct RateVerdict
{
	bool is_allowed;
	long limit;
	long period;    /* seconds */
	long remaining; /* requests */
	long reset;     /* seconds until it is full again */
	long retry;     /* seconds until there is one */
} RateVerdict;

/* A question; lies in the arena of whoever asks, as do the texts in it. */
typedef struct RateQuestion
{
	Arena *arena;
	const char *key;     /* NULL: it has none */
	const char *address; /* NULL: not known */

	/* Called once, maybe before rate_ask() returns. */
	void (*callback)(void *context, const RateVerdict *verdict);
	void *context;

	Rate *rate; /* rate's own */
	int retries;
} RateQuestion;

/* redis NULL: there is none.  It must outlive the rate. */
extern Rate *rate_create(const Config *config, Redis *redis);
extern void rate_destroy(Rate *rate);

/*
 * Whose buckets in Redis these are: the identity of the database, which must
 * stay where it is; NULL: not known yet, so that Redis is not asked.
 */
extern void rate_set_space(Rate *rate, const char *space);

/* Whether there is any limit. */
extern bool rate_is_on(const Rate *rate);

extern void rate_ask(Rate *rate, RateQuestion *question);

/* One whose credentials are wrong: of this process' buckets, at once. */
extern RateVerdict rate_take_stranger(Rate *rate, const char *address);

#endif
