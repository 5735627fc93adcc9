/*
 * worker_running.h
 *		The tasks that are being run, from their handing out to their result.
 */
#ifndef MCPD_WORKER_RUNNING_H
#define MCPD_WORKER_RUNNING_H

#include "metrics_work.h"
#include "worker_task.h"

typedef struct WorkerRunning WorkerRunning;

/*
 * callback takes each task that has its result: it is no longer in here.  db is
 * asked for versions of MCPs; it, tools and metrics must outlive it.
 */
extern WorkerRunning *
worker_running_create(const Config *config, const ExecutorTools *tools, Db *db,
                      MetricsWork *metrics, WorkerTaskCallback callback,
                      void *context);

/* Must be empty. */
extern void worker_running_destroy(WorkerRunning *running);

/* Runs an element of "tasks" in a turn's answer. */
extern void worker_running_start(WorkerRunning *running, JsonView document,
                                 int64_t registration);

extern int worker_running_count(const WorkerRunning *running);

/* The keys of all, as worker_task_print_key() writes them. */
extern void
worker_running_print(const WorkerRunning *running, JsonWriter *writer);

/* They will have a result soon. */
extern void
worker_running_cancel_run(WorkerRunning *running, const char *run_id);
extern void
worker_running_cancel_task(WorkerRunning *running, const char *run_id,
                           int64_t step_ordinal, int64_t attempt);
extern void worker_running_cancel_all(WorkerRunning *running);

#endif
