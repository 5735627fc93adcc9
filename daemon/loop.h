/*
 * loop.h
 *		The one event loop of the daemon: libuv, one thread.
 *
 * Nothing that runs on it may block.  Callbacks are never called from inside
 * the verb that asked for them.  loop_uv() is there for what needs libuv
 * itself; timers, descriptors and signals have their doors here.
 */
#ifndef MCPD_LOOP_H
#define MCPD_LOOP_H

#include "status.h"

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

typedef void (*LoopCallback)(void *context);

/* events: LOOP_READABLE and so on, or'ed. */
typedef void (*LoopWatchCallback)(void *context, int events);

enum
{
	LOOP_READABLE = UV_READABLE,
	LOOP_WRITABLE = UV_WRITABLE,
	LOOP_DISCONNECT = UV_DISCONNECT
};

typedef struct LoopTimer LoopTimer;
typedef struct LoopWatch LoopWatch;

extern Status loop_open(Error *error) MUST_CHECK;

/* Runs what was deferred and closes; every timer and watch is destroyed. */
extern void loop_close(void);

extern uv_loop_t *loop_uv(void);

/* Returns after loop_stop(). */
extern void loop_run(void);
extern void loop_stop(void);

/* One turn, which waits for something to happen: to end what is under way. */
extern void loop_run_once(void);

/* Milliseconds of a clock that never goes back, as of this turn of the loop. */
extern uint64_t loop_now(void);

/*
 * Calls callback(context) once, after the callbacks that are under way.  The
 * place to destroy what is still on the stack.
 */
extern void loop_defer(LoopCallback callback, void *context);

/* Calls callback(context) at each arrival of the signal, until loop_close(). */
extern Status loop_on_signal(int signal_number, LoopCallback callback,
                             void *context, Error *error) MUST_CHECK;

/* A timer that is not set yet.  Destroying is allowed in its own callback. */
extern LoopTimer *loop_timer_create(LoopCallback callback, void *context);
extern void loop_timer_destroy(LoopTimer *timer);

/* Fires once, milliseconds from now; setting it again moves it. */
extern void loop_timer_set(LoopTimer *timer, uint64_t milliseconds);
extern void loop_timer_clear(LoopTimer *timer);
extern bool loop_timer_is_set(const LoopTimer *timer);

/*
 * A watch of a descriptor, which stays the caller's and must be open until the
 * watch is destroyed; events 0 rests.  LOOP_READABLE and LOOP_WRITABLE are
 * both reported when the descriptor fails.  Destroying is allowed in its own
 * callback.
 */
extern Status
loop_watch_create(int fd, LoopWatchCallback callback, void *context,
                  LoopWatch **watch, Error *error) MUST_CHECK;
extern void loop_watch_set(LoopWatch *watch, int events);
extern void loop_watch_destroy(LoopWatch *watch);

#endif
