/*
 * worker_results.c
 *		Tasks that have their result, until the database has taken it.
 */
#include "worker_results.h"

#include "memory.h"

#include <stdlib.h>

/*
 * What one turn carries: enough for any load, little enough that the turn is
 * over before the lease is, and far from the 256 MB that a jsonb may have.
 */
#define MOST_RESULTS 2000
#define MOST_BYTES ((size_t) 16 * 1024 * 1024)

struct WorkerResults
{
	WorkerTaskList waiting;
	WorkerTaskList sent;
	int waiting_count;
	int sent_count;
	int suspects; /* so many of those waiting go alone */
};

static void send_first(WorkerResults *results, JsonWriter *writer);
static void drop_list(WorkerTaskList *list);

WorkerResults *
worker_results_create(void)
{
	WorkerResults *results = memory_alloc(sizeof(*results));

	TAILQ_INIT(&results->waiting);
	TAILQ_INIT(&results->sent);
	return results;
}

void
worker_results_destroy(WorkerResults *results)
{
	worker_results_drop(results);
	free(results);
}

void
worker_results_add(WorkerResults *results, WorkerTask *task)
{
	TAILQ_INSERT_TAIL(&results->waiting, task, link);
	results->waiting_count++;
}

int
worker_results_count(const WorkerResults *results)
{
	return results->waiting_count + results->sent_count;
}

bool
worker_results_are_waiting(const WorkerResults *results)
{
	return results->waiting_count > 0;
}

bool
worker_results_are_sent(const WorkerResults *results)
{
	return results->sent_count > 0;
}

/* At least one goes, whatever its size. */
void
worker_results_send(WorkerResults *results, JsonWriter *writer)
{
	int most = results->suspects > 0 ? 1 : MOST_RESULTS;
	size_t bytes = 0;

	json_write_open(writer, '[');
	while (results->waiting_count > 0 && results->sent_count < most)
	{
		bytes += worker_task_result_size(TAILQ_FIRST(&results->waiting));
		if (results->sent_count > 0 && bytes > MOST_BYTES)
			break;
		send_first(results, writer);
	}
	json_write_close(writer, ']');
}

void
worker_results_print_waiting(const WorkerResults *results, JsonWriter *writer)
{
	const WorkerTask *task;

	TAILQ_FOREACH(task, &results->waiting, link)
	{
		worker_task_print_key(task, writer);
	}
}

void
worker_results_acknowledge(WorkerResults *results)
{
	if (results->suspects > 0)
		results->suspects -= results->sent_count;
	drop_list(&results->sent);
	results->sent_count = 0;
}

void
worker_results_take_back(WorkerResults *results)
{
	WorkerTask *task;

	while ((task = TAILQ_LAST(&results->sent, WorkerTaskList)) != NULL)
	{
		TAILQ_REMOVE(&results->sent, task, link);
		TAILQ_INSERT_HEAD(&results->waiting, task, link);
	}
	results->waiting_count += results->sent_count;
	results->sent_count = 0;
}

void
worker_results_suspect(WorkerResults *results, const Error *error)
{
	WorkerTask *task = TAILQ_FIRST(&results->sent);
	bool is_alone = results->sent_count == 1;
	bool is_unreadable =
		error->status == STATUS_INVALID || error->status == STATUS_RULE;

	if (results->suspects < results->sent_count)
		results->suspects = results->sent_count;
	worker_results_take_back(results);
	if (!is_alone)
		return;
	if (is_unreadable && !task->is_replaced)
	{
		worker_task_replace_result(task, error->message);
		return;
	}
	/* Nothing more can be done for it; those behind it come first. */
	TAILQ_REMOVE(&results->waiting, task, link);
	TAILQ_INSERT_TAIL(&results->waiting, task, link);
}

void
worker_results_drop(WorkerResults *results)
{
	drop_list(&results->waiting);
	drop_list(&results->sent);
	results->waiting_count = 0;
	results->sent_count = 0;
	results->suspects = 0;
}

static void
send_first(WorkerResults *results, JsonWriter *writer)
{
	WorkerTask *task = TAILQ_FIRST(&results->waiting);

	worker_task_print(task, writer);
	TAILQ_REMOVE(&results->waiting, task, link);
	TAILQ_INSERT_TAIL(&results->sent, task, link);
	results->waiting_count--;
	results->sent_count++;
}

static void
drop_list(WorkerTaskList *list)
{
	WorkerTask *task;

	while ((task = TAILQ_FIRST(list)) != NULL)
	{
		TAILQ_REMOVE(list, task, link);
		worker_task_destroy(task);
	}
}
