/*
 * redis.c
 *		The connection to Redis, asked now and then whether it is well.
 *
 * A context that failed or was late is dropped and never used again: its late
 * answer would be taken for that of the next question.  One timer serves all
 * states: until the next try, the next PING, or the end of patience.
 */
#include "redis.h"

#include "log.h"
#include "loop.h"
#include "memory.h"
#include "resolve.h"

#include <hiredis/async.h>
#include <hiredis/hiredis.h>
#include <stdlib.h>
#include <string.h>

#define RETRY_MS 1000u
#define PING_MS 2000u
#define PATIENCE_MS 1000u

typedef enum State
{
	AWAY,      /* nothing is open; the timer brings the next try */
	RESOLVING, /* the host's address is being looked up */
	ASKING,    /* an answer is awaited; the timer ends the patience */
	RESTING    /* all is well; the timer brings the next PING */
} State;

struct Redis
{
	const Config *config;
	State state;
	Resolve *resolve;
	redisAsyncContext *context;
	LoopWatch *watch;
	int events;
	LoopTimer *timer;
	bool is_well;
	bool has_complained; /* at least once since the start */
};

static void timer_fired(void *context);
static void begin(Redis *redis);
static void resolved(void *context, const ResolveAnswer *answer);
static void connect_to(Redis *redis, const char *address);
static bool attach(Redis *redis);
static void greet(Redis *redis);
static void ping(Redis *redis);
static void replied(redisAsyncContext *context, void *reply, void *data);
static void drop(Redis *redis);
static void ready(void *context, int events);
static void set_events(Redis *redis, int events);
static void add_read(void *data);
static void remove_read(void *data);
static void add_write(void *data);
static void remove_write(void *data);
static void cleanup(void *data);
static void become_unwell(Redis *redis);

Redis *
redis_open(const Config *config)
{
	Redis *redis = memory_alloc(sizeof(*redis));

	redis->config = config;
	redis->timer = loop_timer_create(timer_fired, redis);
	begin(redis);
	return redis;
}

void
redis_close(Redis *redis)
{
	if (redis == NULL)
		return;
	redis->is_well = false;
	redis->has_complained = true;
	drop(redis);
	loop_timer_destroy(redis->timer);
	free(redis);
}

const char *
redis_health(const Redis *redis)
{
	return redis->is_well ? "ok" : "error: not reachable";
}

static void
timer_fired(void *context)
{
	Redis *redis = context;

	switch (redis->state)
	{
		case AWAY:
			begin(redis);
			break;
		case RESTING:
			ping(redis);
			break;
		case RESOLVING:
		case ASKING:
			drop(redis);
			break;
	}
}

static void
begin(Redis *redis)
{
	const Config *config = redis->config;

	if (config->redis_host == NULL || resolve_is_address(config->redis_host))
	{
		connect_to(redis, config->redis_host);
		return;
	}
	redis->state = RESOLVING;
	loop_timer_set(redis->timer, PATIENCE_MS);
	redis->resolve = resolve_start(config->redis_host, resolved, redis);
}

static void
resolved(void *context, const ResolveAnswer *answer)
{
	Redis *redis = context;

	redis->resolve = NULL;
	if (answer->count > 0)
		connect_to(redis, answer->addresses[0]);
	else
		drop(redis);
}

/* address NULL: by the socket of the configuration. */
static void
connect_to(Redis *redis, const char *address)
{
	redis->context = address
	                     ? redisAsyncConnect(address, redis->config->redis_port)
	                     : redisAsyncConnectUnix(redis->config->redis_socket);
	if (redis->context == NULL || redis->context->err || !attach(redis))
	{
		drop(redis);
		return;
	}
	greet(redis);
	ping(redis);
}

/* hiredis asks for events; the loop watches for them. */
static bool
attach(Redis *redis)
{
	redisAsyncContext *context = redis->context;
	Error error;

	if (loop_watch_create(context->c.fd, ready, redis, &redis->watch, &error) !=
	    STATUS_OK)
		return false;
	context->ev.data = redis;
	context->ev.addRead = add_read;
	context->ev.delRead = remove_read;
	context->ev.addWrite = add_write;
	context->ev.delWrite = remove_write;
	context->ev.cleanup = cleanup;
	context->data = redis;
	return true;
}

/* A wrong password or database shows in the answer to PING: NOAUTH, or none. */
static void
greet(Redis *redis)
{
	const Config *config = redis->config;

	if (config->redis_password && config->redis_user)
		redisAsyncCommand(redis->context,
		                  NULL,
		                  NULL,
		                  "AUTH %s %s",
		                  config->redis_user,
		                  config->redis_password);
	else if (config->redis_password)
		redisAsyncCommand(
			redis->context, NULL, NULL, "AUTH %s", config->redis_password);
	redisAsyncCommand(
		redis->context, replied, NULL, "SELECT %d", config->redis_db);
}

static void
ping(Redis *redis)
{
	redis->state = ASKING;
	loop_timer_set(redis->timer, PATIENCE_MS);
	redisAsyncCommand(redis->context, replied, redis, "PING");
}

/* data is NULL for SELECT, whose success is no news. */
static void
replied(redisAsyncContext *context, void *reply, void *data)
{
	Redis *redis = context->data;
	const redisReply *answer = reply;

	if (redis == NULL) /* dropped: hiredis tells those who still wait */
		return;
	if (answer == NULL || answer->type != REDIS_REPLY_STATUS)
	{
		drop(redis);
		return;
	}
	if (data == NULL)
		return;
	if (!redis->is_well)
		log_info("Redis answers", NULL);
	redis->is_well = true;
	redis->state = RESTING;
	loop_timer_set(redis->timer, PING_MS);
}

/* Lets go of whatever is open, and waits for the next try. */
static void
drop(Redis *redis)
{
	redisAsyncContext *context = redis->context;

	become_unwell(redis);
	redis->state = AWAY;
	redis->context = NULL;
	if (redis->resolve)
		resolve_stop(redis->resolve);
	redis->resolve = NULL;
	loop_watch_destroy(redis->watch);
	redis->watch = NULL;
	redis->events = 0;
	loop_timer_set(redis->timer, RETRY_MS);
	if (context == NULL)
		return;
	context->data = NULL;
	memset(&context->ev, 0, sizeof(context->ev));
	redisAsyncFree(context);
}

static void
ready(void *context, int events)
{
	Redis *redis = context;

	if (events & LOOP_READABLE)
		redisAsyncHandleRead(redis->context);
	if ((events & LOOP_WRITABLE) && redis->context)
		redisAsyncHandleWrite(redis->context);
}

static void
set_events(Redis *redis, int events)
{
	redis->events = events;
	if (redis->watch)
		loop_watch_set(redis->watch, events);
}

static void
add_read(void *data)
{
	Redis *redis = data;

	set_events(redis, redis->events | LOOP_READABLE);
}

static void
remove_read(void *data)
{
	Redis *redis = data;

	set_events(redis, redis->events & ~LOOP_READABLE);
}

static void
add_write(void *data)
{
	Redis *redis = data;

	set_events(redis, redis->events | LOOP_WRITABLE);
}

static void
remove_write(void *data)
{
	Redis *redis = data;

	set_events(redis, redis->events & ~LOOP_WRITABLE);
}

/* hiredis closes the descriptor next: the watch must go before. */
static void
cleanup(void *data)
{
	Redis *redis = data;

	redis->context = NULL;
	loop_watch_destroy(redis->watch);
	redis->watch = NULL;
	redis->events = 0;
	if (redis->state == AWAY)
		return;
	become_unwell(redis);
	redis->state = AWAY;
	loop_timer_set(redis->timer, RETRY_MS);
}

/* Told once for each absence, however many tries it takes. */
static void
become_unwell(Redis *redis)
{
	if (redis->is_well || !redis->has_complained)
		log_warning("Redis is away", NULL);
	redis->has_complained = true;
	redis->is_well = false;
}
