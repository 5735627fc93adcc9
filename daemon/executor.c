/*
 * executor.c
 *		Finds the kind of executor that a task names, and hands it over.
 */
#include "executor.h"

#include "executor_kind.h"
#include "executor_secrets.h"
#include "loop.h"
#include "memory.h"
#include "redact.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Seconds that a time limit may say; more than a century is no limit. */
#define LONGEST 4e9

struct Execution
{
	ExecutorTask task;
	const ExecutorKind *kind;
	void *running; /* what kind->start() returned */
	bool is_cancelled;
	Redactor *redactor;
	DbRequest *asking; /* for secrets; running is NULL until they are there */
	ExecutorCallback callback;
	void *context;
};

static const char *const failure_names[] = {
	[EXECUTOR_SUCCESS] = NULL,
	[EXECUTOR_FAILED] = "script_error",
	[EXECUTOR_KILLED] = "killed",
	[EXECUTOR_TIMED_OUT] = "timeout",
	[EXECUTOR_CANCELLED] = "cancelled",
	[EXECUTOR_BAD_OUTPUT] = "bad_output",
	[EXECUTOR_REFUSED] = "refused",
	[EXECUTOR_UNSUPPORTED] = "unsupported",
	[EXECUTOR_UNAVAILABLE] = "unavailable",
	[EXECUTOR_BAD_INPUT] = "inputs",
	[EXECUTOR_HTTP_STATUS] = "http_status",
	[EXECUTOR_CONNECT] = "connect",
	[EXECUTOR_BLOCKED] = "blocked",
	[EXECUTOR_TOO_LARGE] = "too_large",
	[EXECUTOR_RECORDED] = NULL,
};

static void begin(Execution *execution);
static void secrets_told(void *context, DbResult *result, const Error *error);
static void tell_cancelled(void *context);
static void know_secrets(Execution *execution);
static ExecutorResult
clean(const Redactor *redactor, const ExecutorResult *result);
static const ExecutorKind *find_kind(const char *name);
static void tell_unsupported(void *context);

Execution *
executor_start(const ExecutorTask *task, ExecutorCallback callback,
               void *context)
{
	Execution *execution = memory_alloc(sizeof(*execution));

	execution->task = *task;
	execution->kind = find_kind(task->executor);
	execution->callback = callback;
	execution->context = context;
	know_secrets(execution);
	begin(execution);
	return execution;
}

void
executor_cancel(Execution *execution)
{
	if (execution->is_cancelled)
		return;
	execution->is_cancelled = true;
	if (execution->asking)
	{
		db_forget(execution->asking);
		execution->asking = NULL;
		loop_defer(tell_cancelled, execution);
	}
	else if (execution->running)
		execution->kind->cancel(execution->running);
}

const char *
executor_failure_name(ExecutorFailure failure)
{
	return failure_names[failure];
}

void
executor_finish(Execution *execution, const ExecutorResult *result)
{
	ExecutorCallback callback = execution->callback;
	void *context = execution->context;
	ExecutorResult cleaned = clean(execution->redactor, result);

	free(execution);
	callback(context, &cleaned);
}

const Redactor *
executor_redactor(const Execution *execution)
{
	return execution->redactor;
}

ExecutorResult
executor_fail(const ExecutorTask *task, ExecutorFailure failure,
              const char *format, ...)
{
	ExecutorResult result = {.failure = failure};
	char text[4096];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	result.error = arena_copy_text(task->arena, text);
	return result;
}

ExecutorFailure
executor_failure_of(Status status)
{
	switch (status)
	{
		case STATUS_CONFLICT:
			return EXECUTOR_CANCELLED;
		case STATUS_DENIED:
		case STATUS_NOT_FOUND:
		case STATUS_INVALID:
			return EXECUTOR_REFUSED;
		case STATUS_MISSING:
			return EXECUTOR_UNSUPPORTED;
		default:
			return EXECUTOR_UNAVAILABLE;
	}
}

uint64_t
executor_time_limit(const ExecutorTask *task)
{
	return executor_time_limit_or(task, task->settings->default_timeout);
}

uint64_t
executor_time_limit_or(const ExecutorTask *task, double default_seconds)
{
	double seconds;

	if (!json_view_double(json_view_find(task->config, "timeout"), &seconds) ||
	    seconds <= 0)
		seconds = default_seconds;
	if (task->time_limit > 0 && task->time_limit < seconds)
		seconds = task->time_limit;
	if (seconds > LONGEST)
		seconds = LONGEST;
	/* A timer of 0 would be none. */
	return seconds < 0.001 ? 1 : (uint64_t) (seconds * 1000);
}

static void
begin(Execution *execution)
{
	ExecutorTask *task = &execution->task;
	const char *names;

	if (execution->kind == NULL)
	{
		loop_defer(tell_unsupported, execution);
		return;
	}
	names = executor_secrets_find(task->config, task->arena);
	if (names)
		execution->asking =
			db_send(task->tools->db,
		            DB_GET_SEALED_SECRETS,
		            (const char *[]){names, task->mcp_version_id},
		            secrets_told,
		            execution);
	else
		execution->running = execution->kind->start(task, execution);
}

static void
secrets_told(void *context, DbResult *result, const Error *error)
{
	Execution *execution = context;
	ExecutorTask *task = &execution->task;
	Error problem;
	ExecutorResult failure;

	execution->asking = NULL;
	if (error)
		failure =
			executor_fail(task,
		                  error->status == STATUS_DENIED ? EXECUTOR_REFUSED
		                                                 : EXECUTOR_UNAVAILABLE,
		                  "secrets cannot be read: %s",
		                  error->message);
	else if (executor_secrets_open(
				 task,
				 execution->kind,
				 json_view_trust(db_result_text(result, 0, 0)),
				 execution->redactor,
				 &problem) == STATUS_OK)
	{
		execution->running = execution->kind->start(task, execution);
		return;
	}
	else
		failure = executor_fail(task, EXECUTOR_REFUSED, "%s", problem.message);
	executor_finish(execution, &failure);
}

static void
tell_cancelled(void *context)
{
	Execution *execution = context;
	ExecutorResult result =
		executor_fail(&execution->task, EXECUTOR_CANCELLED, "cancelled");

	executor_finish(execution, &result);
}

/* Servers like to quote the key that they did not like. */
static void
know_secrets(Execution *execution)
{
	const Config *settings = execution->task.settings;

	execution->redactor = redactor_create(execution->task.arena);
	redactor_add(execution->redactor, settings->api_key);
	redactor_add(execution->redactor, settings->anthropic_key);
	redactor_add(execution->redactor, settings->openai_key);
	redactor_add(execution->redactor, settings->secret_key);
}

/* What is recorded is read by many. */
static ExecutorResult
clean(const Redactor *redactor, const ExecutorResult *result)
{
	ExecutorResult cleaned = *result;

	cleaned.result = redactor_clean_view(redactor, result->result);
	cleaned.tool_calls = redactor_clean_view(redactor, result->tool_calls);
	cleaned.memory = redactor_clean_view(redactor, result->memory);
	cleaned.artifact.document =
		redactor_clean_view(redactor, result->artifact.document);
	cleaned.error = redactor_clean_text(redactor, result->error);
	cleaned.output.bytes =
		redactor_clean(redactor, result->output.bytes, &cleaned.output.length);
	cleaned.errors.bytes =
		redactor_clean(redactor, result->errors.bytes, &cleaned.errors.length);
	return cleaned;
}

static const ExecutorKind *
find_kind(const char *name)
{
	for (int i = 0; executor_kinds[i]; i++)
	{
		if (strcmp(executor_kinds[i]->name, name) == 0)
			return executor_kinds[i];
	}
	return NULL;
}

static void
tell_unsupported(void *context)
{
	Execution *execution = context;
	ExecutorResult result = executor_fail(&execution->task,
	                                      EXECUTOR_UNSUPPORTED,
	                                      "this worker has no executor \"%s\"",
	                                      execution->task.executor);

	executor_finish(execution, &result);
}
