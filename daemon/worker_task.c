/*
 * worker_task.c
 *		One task that a turn handed out, until its result is acknowledged.
 */
#include "worker_task.h"

#include "loop.h"

/* What nobody else need see stands behind what the worker sees. */
typedef struct FullTask
{
	WorkerTask task; /* first: each is given back as the other */
	const Config *settings;
	const ExecutorTools *tools;
	JsonView document;
	McpVersionWait *wait; /* until the version is there */
	Execution *execution; /* while it runs */
	ExecutorResult result;
	WorkerTaskCallback callback;
	void *context;
} FullTask;

static void
take_version(void *context, const McpVersion *version, const Error *error);
static const char *get_text(const FullTask *full, const char *name);
static void take_result(void *context, const ExecutorResult *result);
static void
finish_without_run(FullTask *full, ExecutorFailure failure, const char *error);
static void finish_cancelled(void *context);
static int64_t get_integer(JsonView document, const char *name);
static void print_key(const WorkerTask *task, JsonWriter *writer);
static void print_part(JsonWriter *writer, const char *name, JsonView value);
static void print_retry_after(JsonWriter *writer, double seconds);
static void
print_stream(JsonWriter *writer, const char *name, ExecutorText text);
static void
print_artifact(JsonWriter *writer, const ExecutorArtifact *artifact);

WorkerTask *
worker_task_create(JsonView document, const Config *settings,
                   const ExecutorTools *tools)
{
	Arena *arena = arena_create();
	FullTask *full = arena_alloc(arena, sizeof(*full));

	full->settings = settings;
	full->tools = tools;
	full->document.text = arena_copy(arena, document.text, document.length);
	full->document.length = document.length;
	full->task.arena = arena;
	full->task.run_id = get_text(full, "run_id");
	full->task.queue = get_text(full, "queue");
	full->task.kind = "unknown";
	full->task.step_ordinal = get_integer(full->document, "step_ordinal");
	full->task.attempt = get_integer(full->document, "attempt");
	return &full->task;
}

void
worker_task_destroy(WorkerTask *task)
{
	arena_destroy(task->arena);
}

void
worker_task_start(WorkerTask *task, McpVersionCache *versions,
                  WorkerTaskCallback callback, void *context)
{
	FullTask *full = (FullTask *) task;

	full->callback = callback;
	full->context = context;
	full->wait = mcp_version_get(versions,
	                             get_text(full, "mcp_version_id"),
	                             task->arena,
	                             take_version,
	                             full);
}

void
worker_task_cancel(WorkerTask *task)
{
	FullTask *full = (FullTask *) task;

	if (full->execution)
		executor_cancel(full->execution);
	if (full->wait == NULL)
		return;
	mcp_version_forget(full->wait);
	full->wait = NULL;
	loop_defer(finish_cancelled, full);
}

const char *
worker_task_outcome(const WorkerTask *task)
{
	const FullTask *full = (const FullTask *) task;
	const char *failure = executor_failure_name(full->result.failure);

	if (failure)
		return failure;
	return worker_task_recorded(task) ? "recorded" : "success";
}

bool
worker_task_was_cancelled(const WorkerTask *task)
{
	const FullTask *full = (const FullTask *) task;

	return full->result.failure == EXECUTOR_CANCELLED;
}

const JsonView *
worker_task_recorded(const WorkerTask *task)
{
	const FullTask *full = (const FullTask *) task;

	return full->result.failure == EXECUTOR_RECORDED ? &full->result.result
	                                                 : NULL;
}

size_t
worker_task_result_size(const WorkerTask *task)
{
	const ExecutorResult *result = &((const FullTask *) task)->result;

	return result->result.length + result->output.length +
	       result->errors.length + result->usage.length +
	       result->tool_calls.length + result->memory.length +
	       result->artifact.document.length;
}

void
worker_task_print(const WorkerTask *task, JsonWriter *writer)
{
	const ExecutorResult *result = &((const FullTask *) task)->result;

	json_write_open(writer, '{');
	print_key(task, writer);
	json_write_name(writer, "success");
	json_write_bool(writer, result->failure == EXECUTOR_SUCCESS);
	json_write_name(writer, "result");
	json_write_view(writer, result->result);
	json_write_name(writer, "error");
	json_write_text(writer, result->error);
	json_write_name(writer, "error_class");
	json_write_text(writer, executor_failure_name(result->failure));
	print_part(writer, "usage", result->usage);
	print_part(writer, "tool_calls", result->tool_calls);
	print_part(writer, "memory", result->memory);
	print_retry_after(writer, result->retry_after);
	print_stream(writer, "stdout", result->output);
	print_stream(writer, "stderr", result->errors);
	print_artifact(writer, &result->artifact);
	json_write_close(writer, '}');
}

void
worker_task_print_key(const WorkerTask *task, JsonWriter *writer)
{
	json_write_open(writer, '{');
	print_key(task, writer);
	json_write_close(writer, '}');
}

void
worker_task_replace_result(WorkerTask *task, const char *complaint)
{
	FullTask *full = (FullTask *) task;

	task->is_replaced = true;
	full->result = (ExecutorResult){
		.failure = EXECUTOR_BAD_OUTPUT,
		.error = arena_print(
			task->arena, "the result could not be recorded: %s", complaint),
	};
}

static void
take_version(void *context, const McpVersion *version, const Error *error)
{
	FullTask *full = context;
	ExecutorTask task = {
		.arena = full->task.arena,
		.settings = full->settings,
		.tools = full->tools,
		.inputs = json_view_find(full->document, "inputs"),
		.mcp_version_id = get_text(full, "mcp_version_id"),
		.run_id = full->task.run_id,
		.step_id = get_text(full, "step_id"),
		.step_ordinal = full->task.step_ordinal,
		.attempt = full->task.attempt,
		.idempotency_token = get_text(full, "idempotency_token"),
	};

	full->wait = NULL;
	if (error)
	{
		finish_without_run(full,
		                   EXECUTOR_UNAVAILABLE,
		                   arena_print(task.arena,
		                               "the MCP's version cannot be read: %s",
		                               error->message));
		return;
	}
	task.executor = version->executor;
	full->task.kind = version->executor;
	task.config = version->config;
	/* null, and what is no number, leave it at 0: none. */
	json_view_double(json_view_find(full->document, "timeout_seconds"),
	                 &task.time_limit);
	full->execution = executor_start(&task, take_result, full);
}

static const char *
get_text(const FullTask *full, const char *name)
{
	const char *text =
		json_view_text(json_view_find(full->document, name), full->task.arena);

	return text ? text : "";
}

static void
take_result(void *context, const ExecutorResult *result)
{
	FullTask *full = context;

	full->execution = NULL;
	full->result = *result;
	full->callback(full->context, &full->task);
}

static void
finish_without_run(FullTask *full, ExecutorFailure failure, const char *error)
{
	ExecutorResult result = {.failure = failure, .error = error};

	take_result(full, &result);
}

static void
finish_cancelled(void *context)
{
	finish_without_run(context, EXECUTOR_CANCELLED, "cancelled");
}

static int64_t
get_integer(JsonView document, const char *name)
{
	int64_t integer = 0;

	json_view_integer(json_view_find(document, name), &integer);
	return integer;
}

static void
print_key(const WorkerTask *task, JsonWriter *writer)
{
	json_write_name(writer, "run_id");
	json_write_text(writer, task->run_id);
	json_write_name(writer, "step_ordinal");
	json_write_integer(writer, task->step_ordinal);
	json_write_name(writer, "attempt");
	json_write_integer(writer, task->attempt);
}

/* Left out where it is absent. */
static void
print_part(JsonWriter *writer, const char *name, JsonView value)
{
	if (value.text == NULL)
		return;
	json_write_name(writer, name);
	json_write_view(writer, value);
}

/* Whole seconds, and more rather than fewer than were asked for. */
static void
print_retry_after(JsonWriter *writer, double seconds)
{
	if (seconds <= 0)
		return;
	json_write_name(writer, "retry_after_seconds");
	json_write_integer(writer, (int64_t) seconds + 1);
}

static void
print_stream(JsonWriter *writer, const char *name, ExecutorText text)
{
	json_write_name(writer, name);
	json_write_bytes(writer, text.bytes, text.length);
}

/*
 * As a text and not as a value: it is kept byte for byte, and a notebook is
 * nothing that anybody asks the database about.
 */
static void
print_artifact(JsonWriter *writer, const ExecutorArtifact *artifact)
{
	if (artifact->name == NULL)
		return;
	json_write_name(writer, "artifact");
	json_write_open(writer, '{');
	json_write_name(writer, "name");
	json_write_text(writer, artifact->name);
	json_write_name(writer, "content_type");
	json_write_text(writer, artifact->content_type);
	json_write_name(writer, "text");
	json_write_bytes(
		writer, artifact->document.text, artifact->document.length);
	json_write_close(writer, '}');
}
