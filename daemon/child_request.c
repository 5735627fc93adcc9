/*
 * child_request.c
 *		A child's plan as the message that mcp-runner reads.
 */
#include "child_request.h"

#include "memory.h"
#include "runner.h"

#include <stdlib.h>
#include <string.h>

/* Grows as texts come. */
typedef struct Message
{
	char *bytes;
	size_t length;
	size_t room;
} Message;

static void add(Message *message, const void *bytes, size_t length);
static void add_text(Message *message, const char *text);
static void add_texts(Message *message, const char *const *texts);
static uint32_t count(const char *const *texts);

Status
child_request_send(const ChildPlan *plan, const int ends[RUNNER_FDS],
                   Error *error)
{
	const char *const *arguments = (const char *const *) plan->arguments;
	const char *const *variables = (const char *const *) plan->environment;
	RunnerRequest request = {
		.argument_count = count(arguments),
		.variable_count = count(variables),
		.readable_count = count(plan->readable),
		.is_online = plan->is_online,
		.is_proxied = plan->proxy != NULL,
		.processes = plan->processes,
		.answer_limit = plan->answer_limit,
		.memory = plan->memory,
		.disk = plan->disk,
	};
	Message message = {NULL, 0, 0};
	Status status;

	add(&message, &request, sizeof(request));
	add_text(&message, plan->directory);
	add_text(&message, plan->answer);
	add_text(&message, plan->writable);
	add_texts(&message, arguments);
	add_texts(&message, variables);
	add_texts(&message, plan->readable);
	status = runner_send(message.bytes, message.length, ends, error);
	free(message.bytes);
	return status;
}

static void
add(Message *message, const void *bytes, size_t length)
{
	if (message->length + length > message->room)
	{
		message->room = 2 * (message->length + length);
		message->bytes = memory_resize(message->bytes, message->room);
	}
	memcpy(message->bytes + message->length, bytes, length);
	message->length += length;
}

/* NULL goes as "". */
static void
add_text(Message *message, const char *text)
{
	if (text == NULL)
		text = "";
	add(message, text, strlen(text) + 1);
}

static void
add_texts(Message *message, const char *const *texts)
{
	for (; texts && *texts; texts++)
		add_text(message, *texts);
}

static uint32_t
count(const char *const *texts)
{
	uint32_t number = 0;

	while (texts && texts[number])
		number++;
	return number;
}
