/*
 * run_watch.h
 *		Who waits for which run, and waking them.
 *
 * A wake means "look again", no more: the run may have ended.  The ids of runs
 * that were told of lately are remembered, because a run can end before the
 * answer with its id has reached the one who is about to wait for it.
 */
#ifndef MCPD_RUN_WATCH_H
#define MCPD_RUN_WATCH_H

#include "loop.h"

typedef struct RunWatch RunWatch;
typedef struct RunWaiter RunWaiter;

extern RunWatch *run_watch_create(void);

/* Nobody may be waiting any more. */
extern void run_watch_destroy(RunWatch *watch);

/*
 * Waits for the run: callback is called, never from inside this, when the run
 * is told of, at once if it was told of lately, and from time to time without
 * a reason, because a notification can get lost.  run_id is the id in small
 * letters, as PostgreSQL prints it.
 */
extern RunWaiter *run_watch_add(RunWatch *watch, const char *run_id,
                                LoopCallback callback, void *context);

/* No more calls.  Allowed inside the callback. */
extern void run_watch_remove(RunWaiter *waiter);

/*
 * Whoever wants to hear of all runs that are told of, at once; run_id NULL: of
 * any. One at most; callback NULL: nobody.
 */
typedef void (*RunToldCallback)(void *context, const char *run_id);
extern void
run_watch_on_tell(RunWatch *watch, RunToldCallback callback, void *context);

/* Something happened to the run: a worker or a notification says so. */
extern void run_watch_tell(RunWatch *watch, const char *run_id);

/* Anything may have happened: wakes all. */
extern void run_watch_tell_all(RunWatch *watch);

#endif
