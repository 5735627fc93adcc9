/*
 * worker.h
 *		Takes tasks from the database, runs them, and brings back their results.
 *
 * It repeats one call, mcp.worker_turn: results in, tasks out.  While a turn is
 * in flight what comes to an end gathers for the next one, so the busier it is
 * the more each commit carries.  It decides nothing: what it is told is no longer
 * its own it stops, and a result stays with it until the database has taken or
 * refused it.
 */
#ifndef MCPD_WORKER_H
#define MCPD_WORKER_H

#include "config.h"
#include "db.h"
#include "db_listen.h"
#include "executor.h"
#include "metrics_work.h"
#include "run_watch.h"
#include "trace_export.h"

typedef struct Worker Worker;

/*
 * Begins to register and returns at once.  listen wakes it, and must be closed
 * before the loop runs again after worker_destroy(); run_watch and
 * traces, which may be NULL, are told of runs that its turns finish; metrics of
 * what it runs; tools and metrics must outlive it.  config->worker_slots must not
 * be 0.
 */
extern Worker *worker_create(const Config *config, const ExecutorTools *tools,
                             DbListen *listen, RunWatch *run_watch,
                             TraceExport *traces, MetricsWork *metrics);

/*
 * Where it is at leisure: sends starter, which starts a run, for caller, and takes
 * tasks in the same transaction.  callback is as of db_send_as(); DB_TRY_ALONE:
 * nothing happened, and starter is to be sent without us.  False: not now.
 */
extern bool
worker_start_run(Worker *worker, const DbCaller *caller, DbStatement starter,
                 const char *const *values, DbCallback callback, void *context);

/*
 * Takes no more tasks.  What runs may finish within config->drain_timeout; then
 * it is stopped and handed back.
 */
extern void worker_drain(Worker *worker);

/* Nothing is left to do, or nobody there to tell it to. */
extern bool worker_is_drained(const Worker *worker);

/*
 * Not from inside a callback.  Runs the loop until no child is left, which takes
 * no longer than a child may take to die.
 */
extern void worker_destroy(Worker *worker);

#endif
