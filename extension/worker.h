/*
 * worker.h
 *		A worker's life: registered, alive by its turns, retired or lost.
 *
 * The verbs need an SPI connection.
 */
#ifndef MCP_WORKER_H
#define MCP_WORKER_H

#include "turn.h"

/*
 * Registers under the name and returns the new epoch.  Whoever had the name
 * before is lost, and so is every epoch that has tasks and no worker: what they
 * had goes back to the queue.  has_session: it lives no longer than this session.
 */
extern int
worker_register(const char *worker, Jsonb *capacity, bool has_session);

/*
 * One turn of the worker of turn->worker and turn->epoch.  Raises MC011 where it
 * is not alive.  Returns for how many milliseconds it may do without another
 * turn if it has no results and hears nothing.
 */
extern int worker_turn(Turn *turn);

/* Its tasks go back to the queue.  Raises MC011 where it is not alive. */
extern void worker_retire(const char *worker, int epoch);

/* Is some worker alive, as far as can be told without looking each time? */
extern bool worker_is_any_alive(void);

#endif
