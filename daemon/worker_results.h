/*
 * worker_results.h
 *		Tasks that have their result, until the database has taken it.
 *
 * A result is either waiting or, while a turn is in flight, sent.  When a turn
 * comes to nothing its results wait again, in front.  When the database cannot
 * take what a turn brought, each result goes alone, so that one bad result
 * shows itself and holds up no other.  Where its text is to blame it is replaced
 * by a failure that says so.
 */
#ifndef MCPD_WORKER_RESULTS_H
#define MCPD_WORKER_RESULTS_H

#include "worker_task.h"

typedef struct WorkerResults WorkerResults;

extern WorkerResults *worker_results_create(void);

/* With all tasks in it. */
extern void worker_results_destroy(WorkerResults *results);

/* Takes the task. */
extern void worker_results_add(WorkerResults *results, WorkerTask *task);

/* Tasks waiting or sent. */
extern int worker_results_count(const WorkerResults *results);
extern bool worker_results_are_waiting(const WorkerResults *results);
extern bool worker_results_are_sent(const WorkerResults *results);

/* Writes the array for a turn: as many as go into one are sent. */
extern void worker_results_send(WorkerResults *results, JsonWriter *writer);

/* Those that wait, as worker_task_print_key() writes them. */
extern void
worker_results_print_waiting(const WorkerResults *results, JsonWriter *writer);

/* The turn took what was sent. */
extern void worker_results_acknowledge(WorkerResults *results);

/* The turn did not happen, or nobody knows: what was sent waits again. */
extern void worker_results_take_back(WorkerResults *results);

/* The same, because of what was in it. */
extern void worker_results_suspect(WorkerResults *results, const Error *error);

/* They are nobody's any more. */
extern void worker_results_drop(WorkerResults *results);

#endif
