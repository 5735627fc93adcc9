/*
 * config_redis.h
 *		The address of a Redis server as one URL.
 *
 * redis://[[user]:password@]host[:port][/db] or unix://[user:password@]/path[?db=n],
 * percent-encoded where a character would end its part.
 */
#ifndef MCPD_CONFIG_REDIS_H
#define MCPD_CONFIG_REDIS_H

#include "config.h"

/* Fills the redis_ fields.  Its errors never quote the URL. */
extern Status config_redis_parse_url(Arena *arena, const char *url,
                                     Config *config, Error *error) MUST_CHECK;

#endif
