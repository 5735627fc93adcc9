/*
 * worker_task.h
 *		One task that a turn handed out, until its result is acknowledged.
 *
 * All of it lives in an arena of its own.  The worker keeps it in one list
 * after the other, and so links it.
 */
#ifndef MCPD_WORKER_TASK_H
#define MCPD_WORKER_TASK_H

#include "config.h"
#include "executor.h"
#include "json_write.h"
#include "mcp_version.h"

#include <sys/queue.h>

typedef struct WorkerTask WorkerTask;
typedef TAILQ_HEAD(WorkerTaskList, WorkerTask) WorkerTaskList;

struct WorkerTask
{
	TAILQ_ENTRY(WorkerTask) link; /* the worker's */
	Arena *arena;
	const char *run_id; /* as PostgreSQL prints it */
	const char *queue;
	const char *kind; /* of its MCP; "unknown" until its version is there */
	int64_t step_ordinal;
	int64_t attempt;
	int64_t registration; /* the worker's */
	bool is_replaced;     /* worker_task_replace_result() */
};

/* The task has its result; never called before worker_task_start() returns. */
typedef void (*WorkerTaskCallback)(void *context, WorkerTask *task);

/* document: an element of "tasks" in a turn's answer, which is copied. */
extern WorkerTask *worker_task_create(JsonView document, const Config *settings,
                                      const ExecutorTools *tools);

/* Not between worker_task_start() and its callback. */
extern void worker_task_destroy(WorkerTask *task);

/* Gets the MCP's version, then runs it. */
extern void worker_task_start(WorkerTask *task, McpVersionCache *versions,
                              WorkerTaskCallback callback, void *context);

/* It will have a result soon.  Allowed at any time, also twice. */
extern void worker_task_cancel(WorkerTask *task);

/*
 * "success", or the class of its failure, or "recorded", which only the database
 * knows more of; once it has its result.
 */
extern const char *worker_task_outcome(const WorkerTask *task);

/* Whether it ended because of worker_task_cancel(): nothing worth telling. */
extern bool worker_task_was_cancelled(const WorkerTask *task);

/*
 * What the database said when it recorded the result by itself, as it answers a
 * turn; NULL where the result is still to be told.
 */
extern const JsonView *worker_task_recorded(const WorkerTask *task);

/* How many bytes the result has, about. */
extern size_t worker_task_result_size(const WorkerTask *task);

/* The result as worker_turn takes it. */
extern void worker_task_print(const WorkerTask *task, JsonWriter *writer);

/* {"run_id", "step_ordinal", "attempt"}: which task it is. */
extern void worker_task_print_key(const WorkerTask *task, JsonWriter *writer);

/* In place of a result that the database cannot store. */
extern void worker_task_replace_result(WorkerTask *task, const char *complaint);

#endif
