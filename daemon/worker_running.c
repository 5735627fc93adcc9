/*
 * worker_running.c
 *		The tasks that are being run, from their handing out to their result.
 */
#include "worker_running.h"

#include "log.h"
#include "memory.h"

#include <stdlib.h>
#include <string.h>

struct WorkerRunning
{
	const Config *config;
	const ExecutorTools *tools;
	McpVersionCache *versions;
	MetricsWork *metrics;
	WorkerTaskList tasks;
	int count;
	WorkerTaskCallback callback;
	void *context;
};

static void task_is_done(void *context, WorkerTask *task);
static void cancel(WorkerTask *task);

WorkerRunning *
worker_running_create(const Config *config, const ExecutorTools *tools, Db *db,
                      MetricsWork *metrics, WorkerTaskCallback callback,
                      void *context)
{
	WorkerRunning *running = memory_alloc(sizeof(*running));

	running->config = config;
	running->tools = tools;
	running->versions = mcp_version_cache_create(db);
	running->metrics = metrics;
	running->callback = callback;
	running->context = context;
	TAILQ_INIT(&running->tasks);
	return running;
}

void
worker_running_destroy(WorkerRunning *running)
{
	mcp_version_cache_destroy(running->versions);
	free(running);
}

void
worker_running_start(WorkerRunning *running, JsonView document,
                     int64_t registration)
{
	WorkerTask *task =
		worker_task_create(document, running->config, running->tools);

	task->registration = registration;
	TAILQ_INSERT_TAIL(&running->tasks, task, link);
	running->count++;
	metrics_work_begin(running->metrics, task->queue);
	worker_task_start(task, running->versions, task_is_done, running);
}

int
worker_running_count(const WorkerRunning *running)
{
	return running->count;
}

void
worker_running_print(const WorkerRunning *running, JsonWriter *writer)
{
	const WorkerTask *task;

	TAILQ_FOREACH(task, &running->tasks, link)
	{
		worker_task_print_key(task, writer);
	}
}

void
worker_running_cancel_run(WorkerRunning *running, const char *run_id)
{
	WorkerTask *task;

	TAILQ_FOREACH(task, &running->tasks, link)
	{
		if (strcmp(task->run_id, run_id) == 0)
			cancel(task);
	}
}

void
worker_running_cancel_task(WorkerRunning *running, const char *run_id,
                           int64_t step_ordinal, int64_t attempt)
{
	WorkerTask *task;

	TAILQ_FOREACH(task, &running->tasks, link)
	{
		if (task->step_ordinal == step_ordinal && task->attempt == attempt &&
		    strcmp(task->run_id, run_id) == 0)
			cancel(task);
	}
}

void
worker_running_cancel_all(WorkerRunning *running)
{
	WorkerTask *task;

	TAILQ_FOREACH(task, &running->tasks, link)
	{
		cancel(task);
	}
}

static void
task_is_done(void *context, WorkerTask *task)
{
	WorkerRunning *running = context;

	TAILQ_REMOVE(&running->tasks, task, link);
	running->count--;
	metrics_work_end(running->metrics,
	                 task->queue,
	                 task->kind,
	                 worker_task_outcome(task),
	                 task->attempt);
	running->callback(running->context, task);
}

static void
cancel(WorkerTask *task)
{
	log_info("stopping a step",
	         LOG_FIELDS(log_text("run", task->run_id),
	                    log_number("step", task->step_ordinal),
	                    log_number("attempt", task->attempt)));
	worker_task_cancel(task);
}
