/*
 * redis.h
 *		The connection to Redis, asked now and then whether it is well.
 *
 * hiredis on the loop.  Redis is never needed for a right answer: where it is
 * away, that is a word in /health and nothing else.
 */
#ifndef MCPD_REDIS_H
#define MCPD_REDIS_H

#include "config.h"

typedef struct Redis Redis;

/* Begins to connect and returns at once; config->has_redis must hold. */
extern Redis *redis_open(const Config *config);

extern void redis_close(Redis *redis);

/*
 * "ok", or "error: " and a sentence for strangers: no host, user or driver text.
 * As of the last PING, at most a few seconds ago.
 */
extern const char *redis_health(const Redis *redis);

#endif
