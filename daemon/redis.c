/*
 * redis.c
 *		Questions to Redis: many in flight, each answered soon or not at all.
 *
 * The oldest question has a bound of time; where it passes, the connection is
 * dropped with all that waits on it, and the next one has to show that it is
 * well before it is used: it stores a word of ours, which a Redis that is full,
 * read-only or wants another password refuses.  That is asked again now and
 * then.
 */
#include "redis.h"

#include "log.h"
#include "loop.h"
#include "memory.h"
#include "redis_link.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LOOK_PERIOD 2000 /* milliseconds between looks whether it is well */

#define AWAY "error: not reachable"
#define REFUSES "error: it stores nothing"

/* A question in flight; they are answered in order. */
typedef struct Ask
{
	struct Ask *next;
	Redis *redis; /* NULL: nobody is interested any more */
	uint64_t sent_at;
	RedisCallback callback; /* NULL: nobody wants to know */
	void *context;
} Ask;

struct Redis
{
	const Config *config;
	RedisLink *link;
	Ask *first; /* the oldest */
	Ask **end;
	LoopTimer *bound; /* of the oldest */
	LoopTimer *look;
	bool is_usable;
	const char *health;
	const char *why; /* we drop the connection; NULL: we do not */
};

static void drop(Redis *redis, const char *why);
static void online(void *context);
static void offline(void *context);
static const RedisLinkEvents link_events = {.online = online,
                                            .offline = offline};
static void look(void *context);
static void looked(void *context, const RedisAnswer *answer);
static void become(Redis *redis, bool is_usable, const char *health);
static void push(Redis *redis, const RedisCommand *command,
                 RedisCallback callback, void *context);
static void replied(redisAsyncContext *context, void *reply, void *data);
static void read_reply(const redisReply *reply, RedisAnswer *answer);
static void bound_passed(void *context);

Redis *
redis_open(const Config *config)
{
	Redis *redis = memory_alloc(sizeof(*redis));

	redis->config = config;
	redis->health = "error: not asked yet";
	redis->end = &redis->first;
	redis->bound = loop_timer_create(bound_passed, redis);
	redis->look = loop_timer_create(look, redis);
	redis->link = redis_link_create(config, &link_events, redis);
	return redis;
}

void
redis_close(Redis *redis)
{
	if (redis == NULL)
		return;
	redis->is_usable = false;
	redis_link_destroy(redis->link);
	loop_timer_destroy(redis->bound);
	loop_timer_destroy(redis->look);
	free(redis);
}

void
redis_add(RedisCommand *command, const char *word)
{
	redis_add_bytes(command, word, strlen(word));
}

void
redis_add_bytes(RedisCommand *command, const char *bytes, size_t length)
{
	if (command->count == REDIS_MOST_WORDS)
		abort(); /* no command of ours has more */
	command->words[command->count] = bytes;
	command->lengths[command->count++] = length;
}

bool
redis_is_usable(const Redis *redis)
{
	return redis->is_usable;
}

void
redis_send(Redis *redis, const RedisCommand *command, RedisCallback callback,
           void *context)
{
	static const RedisAnswer none = {.kind = REDIS_ANSWER_NONE};

	if (redis->is_usable)
		push(redis, command, callback, context);
	else if (callback)
		callback(context, &none);
}

void
redis_distrust(Redis *redis)
{
	if (redis->is_usable)
		drop(redis, "error: it says what nobody asked for");
}

const char *
redis_health(const Redis *redis)
{
	return redis->health;
}

static void
drop(Redis *redis, const char *why)
{
	redis->is_usable = false;
	redis->why = why;
	redis_link_drop(redis->link);
}

static void
online(void *context)
{
	Redis *redis = context;
	const Config *config = redis->config;
	RedisCommand login = {0};
	RedisCommand choose = {0};
	char number[16];

	redis_add(&login, "AUTH");
	if (config->redis_user)
		redis_add(&login, config->redis_user);
	if (config->redis_password)
	{
		redis_add(&login, config->redis_password);
		push(redis, &login, NULL, NULL);
	}
	snprintf(number, sizeof(number), "%d", config->redis_db);
	redis_add(&choose, "SELECT");
	redis_add(&choose, number);
	push(redis, &choose, NULL, NULL);
	look(redis);
}

static void
offline(void *context)
{
	Redis *redis = context;

	loop_timer_clear(redis->bound);
	loop_timer_clear(redis->look);
	/* hiredis answers them with NULL. */
	for (Ask *ask = redis->first; ask; ask = ask->next)
		ask->redis = NULL;
	redis->first = NULL;
	redis->end = &redis->first;
	become(redis, false, redis->why ? redis->why : AWAY);
	redis->why = NULL;
}

/* What is stored is gone by itself; it has no other use. */
static void
look(void *context)
{
	Redis *redis = context;
	RedisCommand command = {0};

	redis_add(&command, "SET");
	redis_add(&command, "mcp:v1:look");
	redis_add(&command, "well");
	redis_add(&command, "PX");
	redis_add(&command, "10000");
	push(redis, &command, looked, redis);
}

/* A wrong password or database shows here as well: the word is refused. */
static void
looked(void *context, const RedisAnswer *answer)
{
	Redis *redis = context;

	if (answer->kind == REDIS_ANSWER_NONE)
		return; /* the connection is gone with it */
	loop_timer_set(redis->look, LOOK_PERIOD);
	if (answer->kind == REDIS_ANSWER_REFUSAL)
		become(redis, false, REFUSES);
	else
		become(redis, true, "ok");
}

/* Told once for each change, however many tries it takes. */
static void
become(Redis *redis, bool is_usable, const char *health)
{
	bool is_news = strcmp(redis->health, health) != 0;

	redis->is_usable = is_usable;
	redis->health = health;
	if (!is_news)
		return;
	if (is_usable)
		log_info("Redis is used", NULL);
	else
		log_warning("Redis is not used", LOG_FIELDS(log_text("why", health)));
}

static void
push(Redis *redis, const RedisCommand *command, RedisCallback callback,
     void *context)
{
	redisAsyncContext *connection = redis_link_context(redis->link);
	Ask *ask = memory_alloc(sizeof(*ask));
	const char *words[REDIS_MOST_WORDS];

	memcpy(words, command->words, sizeof(words));
	ask->redis = redis;
	ask->callback = callback;
	ask->context = context;
	ask->sent_at = loop_now();
	if (connection == NULL ||
	    redisAsyncCommandArgv(connection,
	                          replied,
	                          ask,
	                          command->count,
	                          words,
	                          command->lengths) != REDIS_OK)
	{
		replied(NULL, NULL, ask);
		return;
	}
	*redis->end = ask;
	redis->end = &ask->next;
	if (redis->first == ask)
		loop_timer_set(redis->bound, REDIS_BOUND);
}

/* reply NULL: the connection is gone, and the list may be as well. */
static void
replied(redisAsyncContext *context, void *reply, void *data)
{
	Ask *ask = data;
	Redis *redis = ask->redis;
	RedisAnswer answer = {.kind = REDIS_ANSWER_NONE};

	if (redis && redis->first == ask)
	{
		redis->first = ask->next;
		if (redis->first == NULL)
			redis->end = &redis->first;
	}
	else if (redis && reply)
		abort(); /* hiredis answers in order */
	if (redis && reply)
		read_reply(reply, &answer);
	if (ask->callback)
		ask->callback(ask->context, &answer);
	free(ask);
}

static void
read_reply(const redisReply *reply, RedisAnswer *answer)
{
	switch (reply->type)
	{
		case REDIS_REPLY_NIL:
			answer->kind = REDIS_ANSWER_NIL;
			break;
		case REDIS_REPLY_STRING:
		case REDIS_REPLY_STATUS:
			answer->kind = REDIS_ANSWER_TEXT;
			answer->text = reply->str;
			answer->length = (size_t) reply->len;
			break;
		case REDIS_REPLY_ERROR:
			answer->kind = REDIS_ANSWER_REFUSAL;
			answer->text = reply->str;
			answer->length = (size_t) reply->len;
			break;
		case REDIS_REPLY_ARRAY:
			for (size_t i = 0;
			     i < reply->elements && answer->count < REDIS_MOST_NUMBERS;
			     i++)
			{
				if (reply->element[i]->type == REDIS_REPLY_INTEGER)
					answer->numbers[answer->count++] =
						reply->element[i]->integer;
			}
			answer->kind = REDIS_ANSWER_NUMBERS;
			break;
		default:
			break; /* we ask for nothing else */
	}
}

/*
 * The answer may be there already, and it was we who were late: that is looked
 * at first.
 */
static void
bound_passed(void *context)
{
	Redis *redis = context;
	uint64_t now = loop_now();

	if (redis->first && now - redis->first->sent_at >= REDIS_BOUND)
		redis_link_read(redis->link);
	if (redis->first == NULL)
		return;
	if (now - redis->first->sent_at < REDIS_BOUND)
	{
		loop_timer_set(redis->bound, redis->first->sent_at + REDIS_BOUND - now);
		return;
	}
	drop(redis, "error: too slow");
}
