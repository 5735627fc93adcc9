/*
 * task.c
 *		A request as it came in: what to run, and what it may do.
 */
#include "task.h"

#include <string.h>

/* The directory, the answer's name, what may be written. */
#define SINGLE_TEXTS 3

/* And the end of each list. */
#define LISTS 3

static char *next_text(char **at, const char *end);
static char **
read_list(Task *task, size_t *used, uint32_t count, char **at, const char *end);

bool
task_read(Task *task, char *message, size_t length)
{
	RunnerRequest request;
	const char *end = message + length;
	char *at = message + sizeof(request);
	char **readable;
	size_t used = 0;

	if (length < sizeof(request) || message[length - 1] != '\0')
		return false;
	memcpy(&request, message, sizeof(request));
	if ((uint64_t) request.argument_count + request.variable_count +
	        request.readable_count + SINGLE_TEXTS + LISTS >
	    TASK_MOST_TEXTS)
		return false;
	task->directory = next_text(&at, end);
	task->answer_name = next_text(&at, end);
	task->allowances.writable = next_text(&at, end);
	task->arguments = read_list(task, &used, request.argument_count, &at, end);
	task->variables = read_list(task, &used, request.variable_count, &at, end);
	readable = read_list(task, &used, request.readable_count, &at, end);
	if (at == NULL || readable == NULL || request.argument_count == 0)
		return false;
	task->allowances.readable = (const char *const *) readable;
	task->allowances.is_online = request.is_online != 0;
	task->allowances.is_proxied = request.is_proxied != 0;
	task->allowances.processes = request.processes;
	task->allowances.memory = request.memory;
	task->allowances.disk = request.disk;
	task->answer_limit = request.answer_limit;
	return true;
}

/* Sets *at to NULL where there is none left. */
static char *
next_text(char **at, const char *end)
{
	char *text = *at;

	if (text == NULL || text >= end)
	{
		*at = NULL;
		return NULL;
	}
	*at = text + strlen(text) + 1;
	return text;
}

static char **
read_list(Task *task, size_t *used, uint32_t count, char **at, const char *end)
{
	char **list = &task->texts[*used];

	for (uint32_t i = 0; i < count; i++)
		list[i] = next_text(at, end);
	list[count] = NULL;
	*used += (size_t) count + 1;
	return *at ? list : NULL;
}
