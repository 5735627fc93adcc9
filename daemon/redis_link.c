/*
 * redis_link.c
 *		One connection to Redis, kept alive on the loop: for redis alone.
 *
 * One timer serves all states: until the next try, or the end of patience.
 */
#include "redis_link.h"

#include "loop.h"
#include "memory.h"
#include "resolve.h"

#include <stdlib.h>
#include <string.h>

#define RETRY_MS 1000u
#define PATIENCE_MS 1000u

typedef enum State
{
	AWAY,       /* nothing is open; the timer brings the next try */
	RESOLVING,  /* the host's address is being looked up */
	CONNECTING, /* there is a context, and no connection yet */
	ONLINE      /* there is one */
} State;

struct RedisLink
{
	const Config *config;
	const RedisLinkEvents *events;
	void *events_context;
	State state;
	Resolve *resolve;
	redisAsyncContext *context;
	LoopWatch *watch;
	int watched;
	LoopTimer *timer;
};

static void timer_fired(void *context);
static void begin(RedisLink *link);
static void resolved(void *context, const ResolveAnswer *answer);
static void connect_to(RedisLink *link, const char *address);
static bool attach(RedisLink *link);
static void connected(const redisAsyncContext *context, int status);
static void ready(void *context, int events);
static void set_events(RedisLink *link, int events);
static void add_read(void *data);
static void remove_read(void *data);
static void add_write(void *data);
static void remove_write(void *data);
static void cleanup(void *data);
static void close_context(RedisLink *link);

RedisLink *
redis_link_create(const Config *config, const RedisLinkEvents *events,
                  void *context)
{
	RedisLink *link = memory_alloc(sizeof(*link));

	link->config = config;
	link->events = events;
	link->events_context = context;
	link->timer = loop_timer_create(timer_fired, link);
	begin(link);
	return link;
}

void
redis_link_destroy(RedisLink *link)
{
	if (link == NULL)
		return;
	if (link->resolve)
		resolve_stop(link->resolve);
	close_context(link);
	loop_timer_destroy(link->timer);
	free(link);
}

redisAsyncContext *
redis_link_context(const RedisLink *link)
{
	return link->state == ONLINE ? link->context : NULL;
}

void
redis_link_drop(RedisLink *link)
{
	if (link->resolve)
		resolve_stop(link->resolve);
	link->resolve = NULL;
	link->state = AWAY;
	loop_timer_set(link->timer, RETRY_MS);
	close_context(link);
	link->events->offline(link->events_context);
}

void
redis_link_read(RedisLink *link)
{
	if (link->state == ONLINE)
		redisAsyncHandleRead(link->context);
}

static void
timer_fired(void *context)
{
	RedisLink *link = context;

	switch (link->state)
	{
		case AWAY:
			begin(link);
			break;
		case RESOLVING:
		case CONNECTING:
			redis_link_drop(link);
			break;
		case ONLINE:
			break;
	}
}

static void
begin(RedisLink *link)
{
	const Config *config = link->config;

	loop_timer_set(link->timer, PATIENCE_MS);
	if (config->redis_host == NULL || resolve_is_address(config->redis_host))
	{
		connect_to(link, config->redis_host);
		return;
	}
	link->state = RESOLVING;
	link->resolve = resolve_start(config->redis_host, resolved, link);
}

static void
resolved(void *context, const ResolveAnswer *answer)
{
	RedisLink *link = context;

	link->resolve = NULL;
	if (answer->count > 0)
		connect_to(link, answer->addresses[0]);
	else
		redis_link_drop(link);
}

/* address NULL: by the socket of the configuration. */
static void
connect_to(RedisLink *link, const char *address)
{
	const Config *config = link->config;

	link->state = CONNECTING;
	link->context = address ? redisAsyncConnect(address, config->redis_port)
	                        : redisAsyncConnectUnix(config->redis_socket);
	if (link->context == NULL || link->context->err || !attach(link))
		redis_link_drop(link);
}

/* hiredis asks for events; the loop watches for them. */
static bool
attach(RedisLink *link)
{
	redisAsyncContext *context = link->context;
	Error error;

	if (loop_watch_create(context->c.fd, ready, link, &link->watch, &error) !=
	    STATUS_OK)
		return false;
	context->ev.data = link;
	context->ev.addRead = add_read;
	context->ev.delRead = remove_read;
	context->ev.addWrite = add_write;
	context->ev.delWrite = remove_write;
	context->ev.cleanup = cleanup;
	context->data = link;
	return redisAsyncSetConnectCallback(context, connected) == REDIS_OK;
}

/* Where it failed hiredis cleans up next. */
static void
connected(const redisAsyncContext *context, int status)
{
	RedisLink *link = context->data;

	if (link == NULL || status != REDIS_OK)
		return;
	link->state = ONLINE;
	loop_timer_clear(link->timer);
	link->events->online(link->events_context);
}

static void
ready(void *context, int events)
{
	RedisLink *link = context;

	if (events & LOOP_READABLE)
		redisAsyncHandleRead(link->context);
	if ((events & LOOP_WRITABLE) && link->context)
		redisAsyncHandleWrite(link->context);
}

static void
set_events(RedisLink *link, int events)
{
	if (link->watched == events)
		return;
	link->watched = events;
	if (link->watch)
		loop_watch_set(link->watch, events);
}

static void
add_read(void *data)
{
	RedisLink *link = data;

	set_events(link, link->watched | LOOP_READABLE);
}

static void
remove_read(void *data)
{
	RedisLink *link = data;

	set_events(link, link->watched & ~LOOP_READABLE);
}

static void
add_write(void *data)
{
	RedisLink *link = data;

	set_events(link, link->watched | LOOP_WRITABLE);
}

static void
remove_write(void *data)
{
	RedisLink *link = data;

	set_events(link, link->watched & ~LOOP_WRITABLE);
}

/* hiredis gave up and closes the descriptor next: the watch must go before. */
static void
cleanup(void *data)
{
	RedisLink *link = data;

	link->context = NULL;
	loop_watch_destroy(link->watch);
	link->watch = NULL;
	link->watched = 0;
	link->state = AWAY;
	loop_timer_set(link->timer, RETRY_MS);
	link->events->offline(link->events_context);
}

static void
close_context(RedisLink *link)
{
	redisAsyncContext *context = link->context;

	link->context = NULL;
	loop_watch_destroy(link->watch);
	link->watch = NULL;
	link->watched = 0;
	if (context == NULL)
		return;
	context->data = NULL;
	memset(&context->ev, 0, sizeof(context->ev));
	redisAsyncFree(context);
}
