/*
 * worker_answer.h
 *		What the database says in a turn: tasks, runs that ended, refusals.
 */
#ifndef MCPD_WORKER_ANSWER_H
#define MCPD_WORKER_ANSWER_H

#include "run_watch.h"
#include "trace_export.h"
#include "worker_demand.h"
#include "worker_running.h"

/* Who is told. */
typedef struct WorkerListeners
{
	WorkerRunning *running;
	WorkerDemand *demand;
	RunWatch *run_watch;
	TraceExport *traces; /* may be NULL */
} WorkerListeners;

/*
 * Starts the tasks, under that registration; stops those of runs that are over
 * and those that were refused; tells run_watch of runs that ended.  Returns the
 * milliseconds until the next turn where nothing else happens, -1 where the
 * answer does not say.
 */
extern int64_t worker_answer_take(JsonView answer, int64_t registration,
                                  const WorkerListeners *listeners);

#endif
