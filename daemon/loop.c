/*
 * loop.c
 *		The one event loop of the daemon: libuv, one thread.
 *
 * Deferred calls run from a check handle, right after polling; while there are
 * some, an idle handle keeps the poll from waiting.
 */
#include "loop.h"

#include "log.h"
#include "memory.h"

#include <stdlib.h>

typedef struct Deferred
{
	struct Deferred *next;
	LoopCallback callback;
	void *context;
} Deferred;

struct LoopTimer
{
	uv_timer_t handle; /* first: libuv gives it back as a LoopTimer */
	LoopCallback callback;
	void *context;
};

struct LoopWatch
{
	uv_poll_t handle; /* first, as above */
	LoopWatchCallback callback;
	void *context;
};

typedef struct SignalWatch
{
	uv_signal_t handle; /* first, as above */
	LoopCallback callback;
	void *context;
} SignalWatch;

static uv_loop_t the_loop;
static uv_check_t deferred_runner;
static uv_idle_t deferred_spur;
static Deferred *deferred_first;
static Deferred **deferred_end = &deferred_first;

static void run_deferred(uv_check_t *handle);
static void stay_awake(uv_idle_t *handle);
static void close_leftover(uv_handle_t *handle, void *context);
static void free_handle(uv_handle_t *handle);
static void timer_fired(uv_timer_t *handle);
static void watch_ready(uv_poll_t *handle, int status, int events);
static void signal_came(uv_signal_t *handle, int signal_number);

Status
loop_open(Error *error)
{
	int problem = uv_loop_init(&the_loop);

	if (problem != 0)
		return error_set(error,
		                 STATUS_INTERNAL,
		                 "cannot make an event loop: %s",
		                 uv_strerror(problem));
	uv_check_init(&the_loop, &deferred_runner);
	uv_check_start(&deferred_runner, run_deferred);
	uv_idle_init(&the_loop, &deferred_spur);
	return STATUS_OK;
}

void
loop_close(void)
{
	while (deferred_first)
		run_deferred(&deferred_runner);
	uv_walk(&the_loop, close_leftover, NULL);
	uv_run(&the_loop, UV_RUN_DEFAULT);
	if (uv_loop_close(&the_loop) != 0)
		log_error("event loop closed with work under way", NULL);
}

uv_loop_t *
loop_uv(void)
{
	return &the_loop;
}

void
loop_run(void)
{
	uv_run(&the_loop, UV_RUN_DEFAULT);
}

void
loop_stop(void)
{
	uv_stop(&the_loop);
}

void
loop_run_once(void)
{
	uv_run(&the_loop, UV_RUN_ONCE);
}

uint64_t
loop_now(void)
{
	return uv_now(&the_loop);
}

void
loop_defer(LoopCallback callback, void *context)
{
	Deferred *deferred = memory_alloc(sizeof(*deferred));

	deferred->callback = callback;
	deferred->context = context;
	deferred->next = NULL;
	*deferred_end = deferred;
	deferred_end = &deferred->next;
	uv_idle_start(&deferred_spur, stay_awake);
}

Status
loop_on_signal(int signal_number, LoopCallback callback, void *context,
               Error *error)
{
	SignalWatch *watch = memory_alloc(sizeof(*watch));
	int problem;

	watch->callback = callback;
	watch->context = context;
	uv_signal_init(&the_loop, &watch->handle);
	problem = uv_signal_start(&watch->handle, signal_came, signal_number);
	if (problem != 0)
	{
		uv_close((uv_handle_t *) &watch->handle, free_handle);
		return error_set(error,
		                 STATUS_INTERNAL,
		                 "cannot watch signal %d: %s",
		                 signal_number,
		                 uv_strerror(problem));
	}
	/* Listening for a signal alone is no reason to go on. */
	uv_unref((uv_handle_t *) &watch->handle);
	return STATUS_OK;
}

LoopTimer *
loop_timer_create(LoopCallback callback, void *context)
{
	LoopTimer *timer = memory_alloc(sizeof(*timer));

	timer->callback = callback;
	timer->context = context;
	uv_timer_init(&the_loop, &timer->handle);
	return timer;
}

void
loop_timer_destroy(LoopTimer *timer)
{
	if (timer)
		uv_close((uv_handle_t *) &timer->handle, free_handle);
}

void
loop_timer_set(LoopTimer *timer, uint64_t milliseconds)
{
	uv_timer_start(&timer->handle, timer_fired, milliseconds, 0);
}

void
loop_timer_clear(LoopTimer *timer)
{
	uv_timer_stop(&timer->handle);
}

bool
loop_timer_is_set(const LoopTimer *timer)
{
	return uv_is_active((const uv_handle_t *) &timer->handle) != 0;
}

Status
loop_watch_create(int fd, LoopWatchCallback callback, void *context,
                  LoopWatch **watch, Error *error)
{
	LoopWatch *created = memory_alloc(sizeof(*created));
	int problem;

	created->callback = callback;
	created->context = context;
	problem = uv_poll_init(&the_loop, &created->handle, fd);
	if (problem != 0)
	{
		free(created);
		return error_set(error,
		                 STATUS_INTERNAL,
		                 "cannot watch descriptor %d: %s",
		                 fd,
		                 uv_strerror(problem));
	}
	*watch = created;
	return STATUS_OK;
}

void
loop_watch_set(LoopWatch *watch, int events)
{
	if (events)
		uv_poll_start(&watch->handle, events, watch_ready);
	else
		uv_poll_stop(&watch->handle);
}

void
loop_watch_destroy(LoopWatch *watch)
{
	if (watch)
		uv_close((uv_handle_t *) &watch->handle, free_handle);
}

/* What is deferred meanwhile waits for the next turn, so that it can end. */
static void
run_deferred(uv_check_t *handle)
{
	Deferred *deferred = deferred_first;

	deferred_first = NULL;
	deferred_end = &deferred_first;
	while (deferred)
	{
		Deferred *next = deferred->next;

		deferred->callback(deferred->context);
		free(deferred);
		deferred = next;
	}
	if (deferred_first == NULL)
		uv_idle_stop(&deferred_spur);
}

static void
stay_awake(uv_idle_t *handle)
{
}

/* Only our own signal watches are left: the rooms destroyed the others. */
static void
close_leftover(uv_handle_t *handle, void *context)
{
	if (!uv_is_closing(handle))
		uv_close(handle, handle->type == UV_SIGNAL ? free_handle : NULL);
}

static void
free_handle(uv_handle_t *handle)
{
	free(handle);
}

static void
timer_fired(uv_timer_t *handle)
{
	LoopTimer *timer = (LoopTimer *) handle;

	timer->callback(timer->context);
}

static void
watch_ready(uv_poll_t *handle, int status, int events)
{
	LoopWatch *watch = (LoopWatch *) handle;

	/* The owner finds out what is wrong by using the descriptor. */
	if (status < 0)
		events = LOOP_READABLE | LOOP_WRITABLE;
	watch->callback(watch->context, events);
}

static void
signal_came(uv_signal_t *handle, int signal_number)
{
	SignalWatch *watch = (SignalWatch *) handle;

	watch->callback(watch->context);
}
