/*
 * task.h
 *		A request as it came in: what to run, and what it may do.
 */
#ifndef RUNNER_TASK_H
#define RUNNER_TASK_H

#include "allowances.h"
#include "runner_wire.h"

#include <stddef.h>

/* More texts than this in all are refused. */
#define TASK_MOST_TEXTS 1024

typedef struct Task
{
	Allowances allowances;
	const char *directory; /* in its place, or the place itself */
	const char *answer_name;
	uint32_t answer_limit;
	char **arguments; /* to NULL; in texts, as the other lists */
	char **variables;
	int fds[RUNNER_FDS];
	char *texts[TASK_MOST_TEXTS];
} Task;

/*
 * Finds the parts of a message, which must stay as long as the task.  Returns
 * false for what is no request.  cage, user and place are left to the caller.
 */
extern bool task_read(Task *task, char *message, size_t length);

#endif
