/*
 * redis_link.h
 *		One connection to Redis, kept alive on the loop: for redis alone.
 *
 * hiredis, its descriptor watched by the loop.  A context that failed is gone and
 * never used again: a late answer would be taken for that of another question.
 */
#ifndef MCPD_REDIS_LINK_H
#define MCPD_REDIS_LINK_H

#include "config.h"

#include <hiredis/async.h>
#include <hiredis/hiredis.h>

typedef struct RedisLink RedisLink;

typedef struct RedisLinkEvents
{
	/* Connected: it may send by redis_link_context(). */
	void (*online)(void *context);

	/*
	 * It is gone, or could not be had; the next try comes by itself.  What was
	 * sent hiredis answers with NULL, just before this or just after.
	 */
	void (*offline)(void *context);
} RedisLinkEvents;

/* Begins to connect and returns at once. */
extern RedisLink *
redis_link_create(const Config *config, const RedisLinkEvents *events,
                  void *context);

/* Without a word to offline(). */
extern void redis_link_destroy(RedisLink *link);

/* NULL while it is not online. */
extern redisAsyncContext *redis_link_context(const RedisLink *link);

/* Lets go of the connection; allowed in callbacks of hiredis. */
extern void redis_link_drop(RedisLink *link);

/* Reads what has come but was not looked at yet. */
extern void redis_link_read(RedisLink *link);

#endif
