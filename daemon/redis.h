/*
 * redis.h
 *		Questions to Redis: many in flight, each answered soon or not at all.
 *
 * Redis is never needed for a right answer: one that is away, late, full or says
 * odd things is a word in /health, and nothing else.
 */
#ifndef MCPD_REDIS_H
#define MCPD_REDIS_H

#include "config.h"

#include <stddef.h>

typedef struct Redis Redis;

typedef enum RedisAnswerKind
{
	REDIS_ANSWER_NONE, /* none came in time, or none that makes sense */
	REDIS_ANSWER_NIL,
	REDIS_ANSWER_TEXT,
	REDIS_ANSWER_NUMBERS, /* an array of them */
	REDIS_ANSWER_REFUSAL  /* an error of Redis: what was asked was not done */
} RedisAnswerKind;

#define REDIS_MOST_NUMBERS 4

/* Valid until the callback returns. */
typedef struct RedisAnswer
{
	RedisAnswerKind kind;
	const char *text;
	size_t length;
	long long numbers[REDIS_MOST_NUMBERS];
	int count;
} RedisAnswer;

typedef void (*RedisCallback)(void *context, const RedisAnswer *answer);

/* A command: its words, which are bytes. */
#define REDIS_MOST_WORDS 10

typedef struct RedisCommand
{
	int count;
	const char *words[REDIS_MOST_WORDS];
	size_t lengths[REDIS_MOST_WORDS];
} RedisCommand;

/* Begins to connect and returns at once; config->has_redis must hold. */
extern Redis *redis_open(const Config *config);

/* What waits is answered with REDIS_ANSWER_NONE. */
extern void redis_close(Redis *redis);

/* Adds a word to a command, ended by a NUL or of a length. */
extern void redis_add(RedisCommand *command, const char *word);
extern void
redis_add_bytes(RedisCommand *command, const char *bytes, size_t length);

/* Whether it is worth while to ask. */
extern bool redis_is_usable(const Redis *redis);

/*
 * Sends a command, whose words are copied.  The callback, where there is one,
 * is called once, within REDIS_BOUND or so; it may be before this returns.
 */
#define REDIS_BOUND 50 /* milliseconds */

extern void redis_send(Redis *redis, const RedisCommand *command,
                       RedisCallback callback, void *context);

/*
 * What was said makes no sense: nothing of what is still to come by this
 * connection is to be believed.
 */
extern void redis_distrust(Redis *redis);

/*
 * "ok", or "error: " and a sentence for strangers: no host, user or driver text.
 * As of the last look, at most a few seconds ago.
 */
extern const char *redis_health(const Redis *redis);

#endif
