/*
 * metrics_work.c
 *		What the worker has done, for Prometheus: attempts of steps.
 */
#include "metrics_work.h"

#include "memory.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

typedef struct QueueCount
{
	struct QueueCount *next;
	char *queue;
	int running;
} QueueCount;

typedef struct StepCount
{
	struct StepCount *next;
	char *kind;
	char *outcome;
	uint64_t attempts;
	uint64_t retries; /* those among them that were not the first */
} StepCount;

struct MetricsWork
{
	int slots;
	int running;
	QueueCount *queues;
	StepCount *steps;
};

static QueueCount *get_queue(MetricsWork *work, const char *queue);
static StepCount *
get_step(MetricsWork *work, const char *kind, const char *outcome);
static void print_steps(const MetricsWork *work, FILE *page);
static void print_slots(const MetricsWork *work, FILE *page);
static void print_label(const char *name, const char *value, FILE *page);

MetricsWork *
metrics_work_create(int slots)
{
	MetricsWork *work = memory_alloc(sizeof(*work));

	work->slots = slots;
	return work;
}

void
metrics_work_destroy(MetricsWork *work)
{
	while (work->queues)
	{
		QueueCount *queue = work->queues;

		work->queues = queue->next;
		free(queue->queue);
		free(queue);
	}
	while (work->steps)
	{
		StepCount *step = work->steps;

		work->steps = step->next;
		free(step->kind);
		free(step->outcome);
		free(step);
	}
	free(work);
}

void
metrics_work_begin(MetricsWork *work, const char *queue)
{
	work->running++;
	get_queue(work, queue)->running++;
}

void
metrics_work_end(MetricsWork *work, const char *queue, const char *kind,
                 const char *outcome, int64_t attempt)
{
	StepCount *step = get_step(work, kind, outcome);

	work->running--;
	get_queue(work, queue)->running--;
	step->attempts++;
	if (attempt > 1)
		step->retries++;
}

void
metrics_work_print(const MetricsWork *work, FILE *page)
{
	print_steps(work, page);
	print_slots(work, page);
}

static QueueCount *
get_queue(MetricsWork *work, const char *queue)
{
	QueueCount *count = work->queues;

	while (count && strcmp(count->queue, queue) != 0)
		count = count->next;
	if (count)
		return count;
	count = memory_alloc(sizeof(*count));
	count->queue = memory_copy_text(queue);
	count->next = work->queues;
	work->queues = count;
	return count;
}

static StepCount *
get_step(MetricsWork *work, const char *kind, const char *outcome)
{
	StepCount *count = work->steps;

	while (count && (strcmp(count->kind, kind) != 0 ||
	                 strcmp(count->outcome, outcome) != 0))
		count = count->next;
	if (count)
		return count;
	count = memory_alloc(sizeof(*count));
	count->kind = memory_copy_text(kind);
	count->outcome = memory_copy_text(outcome);
	count->next = work->steps;
	work->steps = count;
	return count;
}

static void
print_steps(const MetricsWork *work, FILE *page)
{
	fputs("# HELP mcpd_steps_total Attempts of steps that ended here, by kind "
	      "and outcome.\n"
	      "# TYPE mcpd_steps_total counter\n",
	      page);
	for (const StepCount *step = work->steps; step; step = step->next)
	{
		print_label("mcpd_steps_total{kind", step->kind, page);
		print_label(",outcome", step->outcome, page);
		fprintf(page, "} %" PRIu64 "\n", step->attempts);
	}
	fputs("# HELP mcpd_step_retries_total Those among them that were not the "
	      "first of their step.\n"
	      "# TYPE mcpd_step_retries_total counter\n",
	      page);
	for (const StepCount *step = work->steps; step; step = step->next)
	{
		print_label("mcpd_step_retries_total{kind", step->kind, page);
		print_label(",outcome", step->outcome, page);
		fprintf(page, "} %" PRIu64 "\n", step->retries);
	}
}

static void
print_slots(const MetricsWork *work, FILE *page)
{
	int free_slots =
		work->slots > work->running ? work->slots - work->running : 0;

	fprintf(page,
	        "# HELP mcpd_worker_slots Steps that the worker runs at a time, of "
	        "all its queues.\n"
	        "# TYPE mcpd_worker_slots gauge\n"
	        "mcpd_worker_slots %d\n"
	        "# HELP mcpd_worker_slots_free Those that nothing runs in.\n"
	        "# TYPE mcpd_worker_slots_free gauge\n"
	        "mcpd_worker_slots_free %d\n"
	        "# HELP mcpd_worker_running Steps that run here, by queue.\n"
	        "# TYPE mcpd_worker_running gauge\n",
	        work->slots,
	        free_slots);
	for (const QueueCount *queue = work->queues; queue; queue = queue->next)
	{
		print_label("mcpd_worker_running{queue", queue->queue, page);
		fprintf(page, "} %d\n", queue->running);
	}
}

/* Backslash, quote and line feed are all that a label's value may not have. */
static void
print_label(const char *name, const char *value, FILE *page)
{
	fprintf(page, "%s=\"", name);
	for (; *value; value++)
	{
		if (*value == '\n')
			fputs("\\n", page);
		else if (*value == '"' || *value == '\\')
			fprintf(page, "\\%c", *value);
		else
			fputc(*value, page);
	}
	fputc('"', page);
}
