/*
 * executor_python_script.c
 *		Runs a Python script as a child, in a work directory of its own.
 *
 * Files are written and read on a thread of the pool, so that a slow disk or
 * a large answer never keeps the loop; the child itself belongs to the loop.
 */
#include "child.h"
#include "confined_path.h"
#include "executor_kind.h"
#include "executor_python_answer.h"
#include "executor_python_launcher.h"
#include "json_write.h"
#include "log.h"
#include "memory.h"
#include "pool.h"
#include "workdir.h"

#include <stdlib.h>
#include <string.h>

#define SCRIPT_FILE "script.py"
#define INPUT_FILE "input.json"
#define TASK_FILE "task.json"

/* COMPAT: "64 KiB each, then cut and said so". */
#define STREAM_LIMIT ((size_t) 65536)

/* Milliseconds between TERM and KILL. */
#define GRACE 3000

typedef enum Phase
{
	PREPARING, /* a thread writes files */
	RUNNING,   /* child is there */
	ANSWERING  /* a thread reads the answer */
} Phase;

/* All of it is the task's arena's. */
typedef struct PythonRun
{
	const ExecutorTask *task;
	Execution *execution;
	Phase phase;
	bool is_cancelled;
	char *directory; /* NULL until it is made */
	char *script;
	Child *child;
	PythonEnd end;
	Error error; /* of preparing */
	ExecutorResult result;
} PythonRun;

static void *start(const ExecutorTask *task, Execution *execution);
static void cancel(void *running);
static void prepare(void *context);
static Status make_directory(PythonRun *run);
static Status find_script(PythonRun *run);
static Status write_script(PythonRun *run, const char *content);
static Status write_task(PythonRun *run);
static void prepared(void *context);
static ExecutorResult explain_no_start(const PythonRun *run);
static void start_child(PythonRun *run);
static char *const *make_environment(const PythonRun *run);
static void child_is_over(void *context, const ChildReport *report);
static ExecutorText keep_text(const Capture *capture, Arena *arena);
static ExecutorText keep_end(const Capture *capture, Arena *arena);
static void answer(void *context);
static void finish(void *context);
static void remove_directory(void *context);

const ExecutorKind executor_python_script = {
	.name = "python_script",
	.start = start,
	.cancel = cancel,
};

static void *
start(const ExecutorTask *task, Execution *execution)
{
	PythonRun *run = arena_alloc(task->arena, sizeof(*run));

	run->task = task;
	run->execution = execution;
	run->phase = PREPARING;
	pool_run(prepare, prepared, run);
	return run;
}

static void
cancel(void *running)
{
	PythonRun *run = running;

	run->is_cancelled = true;
	if (run->phase == RUNNING)
		child_cancel(run->child);
}

/* On a thread. */
static void
prepare(void *context)
{
	PythonRun *run = context;
	JsonView inputs = run->task->inputs;
	Status status = make_directory(run);

	if (status == STATUS_OK)
		status = find_script(run);
	if (status == STATUS_OK)
		status = workdir_write(run->directory,
		                       INPUT_FILE,
		                       inputs.text,
		                       inputs.length,
		                       &run->error);
	if (status == STATUS_OK)
		status = write_task(run);
	run->error.status = status;
}

static Status
make_directory(PythonRun *run)
{
	return workdir_create(run->task->settings->work_dir,
	                      run->task->arena,
	                      &run->directory,
	                      &run->error);
}

/* COMPAT "Configs": one of the two is required, and the content wins. */
static Status
find_script(PythonRun *run)
{
	const ExecutorTask *task = run->task;
	const char *content = json_view_text(
		json_view_find(task->config, "script_content"), task->arena);
	const char *path = json_view_text(
		json_view_find(task->config, "script_path"), task->arena);

	if (content)
		return write_script(run, content);
	if (path)
		return confined_path_resolve(task->settings->scripts_dir,
		                             "MCP_SCRIPTS_DIR",
		                             path,
		                             task->arena,
		                             &run->script,
		                             &run->error);
	return error_set(&run->error,
	                 STATUS_INVALID,
	                 "the MCP has neither script_content nor script_path");
}

static Status
write_script(PythonRun *run, const char *content)
{
	run->script =
		arena_print(run->task->arena, "%s/%s", run->directory, SCRIPT_FILE);
	return workdir_write(
		run->directory, SCRIPT_FILE, content, strlen(content), &run->error);
}

/*
 * What a script may want to know of itself.  The token is the same for all
 * attempts of the step: who calls somebody else with it is not counted twice.
 */
static Status
write_task(PythonRun *run)
{
	const ExecutorTask *task = run->task;
	JsonWriter *writer = json_writer_create();
	Status status;

	json_write_open(writer, '{');
	json_write_name(writer, "run_id");
	json_write_text(writer, task->run_id);
	json_write_name(writer, "step_id");
	json_write_text(writer, task->step_id);
	json_write_name(writer, "attempt");
	json_write_integer(writer, task->attempt);
	json_write_name(writer, "idempotency_token");
	json_write_text(writer, task->idempotency_token);
	json_write_close(writer, '}');
	status = workdir_write(run->directory,
	                       TASK_FILE,
	                       json_writer_text(writer),
	                       json_writer_length(writer),
	                       &run->error);
	json_writer_destroy(writer);
	return status;
}

static void
prepared(void *context)
{
	PythonRun *run = context;

	if (run->error.status == STATUS_OK && !run->is_cancelled)
		start_child(run);
	if (run->phase == RUNNING)
		return;
	run->result = explain_no_start(run);
	finish(run);
}

static ExecutorResult
explain_no_start(const PythonRun *run)
{
	ExecutorFailure failure = EXECUTOR_UNAVAILABLE;

	if (run->is_cancelled)
		return executor_fail(
			run->task, EXECUTOR_CANCELLED, "Script execution was cancelled");
	if (run->error.status == STATUS_DENIED ||
	    run->error.status == STATUS_NOT_FOUND ||
	    run->error.status == STATUS_INVALID)
		failure = EXECUTOR_REFUSED;
	return executor_fail(
		run->task, failure, "Script could not be run: %s", run->error.message);
}

static void
start_child(PythonRun *run)
{
	Arena *arena = run->task->arena;
	char *const arguments[] = {
		arena_copy_text(arena, run->task->settings->python),
		/* No __pycache__ in a directory that is somebody else's. */
		arena_copy_text(arena, "-B"),
		arena_copy_text(arena, "-c"),
		arena_copy_text(arena, executor_python_launcher),
		run->script,
		arena_print(arena, "%s/%s", run->directory, INPUT_FILE),
		arena_print(arena, "%s/%s", run->directory, PYTHON_ANSWER_FILE),
		NULL,
	};
	ChildPlan plan = {
		.arguments = arguments,
		.environment = make_environment(run),
		.directory = run->directory,
		.time_limit = executor_time_limit(run->task),
		.grace = GRACE,
		.output_limit = STREAM_LIMIT,
	};

	run->end.time_limit = plan.time_limit;
	if (child_start(&plan, child_is_over, run, &run->child, &run->error) ==
	    STATUS_OK)
		run->phase = RUNNING;
}

/* All there is: what the daemon has in its own is no business of a script. */
static char *const *
make_environment(const PythonRun *run)
{
	Arena *arena = run->task->arena;
	char *const environment[] = {
		arena_copy_text(arena, "PATH=/usr/local/bin:/usr/bin:/bin"),
		arena_copy_text(arena, "LANG=C.UTF-8"),
		arena_print(arena, "HOME=%s", run->directory),
		arena_print(arena, "TMPDIR=%s", run->directory),
		NULL,
	};
	char **copy = arena_alloc(arena, sizeof(environment));

	memcpy(copy, environment, sizeof(environment));
	return copy;
}

static void
child_is_over(void *context, const ChildReport *report)
{
	PythonRun *run = context;
	Arena *arena = run->task->arena;

	run->phase = ANSWERING;
	run->end.end = report->end;
	run->end.code = report->code;
	run->end.directory = run->directory;
	run->end.output = keep_text(report->output, arena);
	run->end.errors = keep_text(report->errors, arena);
	run->end.output_end = keep_end(report->output, arena);
	run->end.errors_end = keep_end(report->errors, arena);
	run->end.is_output_partial =
		run->end.output_end.length < report->output->total;
	pool_run(answer, finish, run);
}

static ExecutorText
keep_text(const Capture *capture, Arena *arena)
{
	ExecutorText text;

	text.bytes = capture_text(capture, arena, &text.length);
	return text;
}

static ExecutorText
keep_end(const Capture *capture, Arena *arena)
{
	ExecutorText text;

	text.bytes = capture_end(capture, arena, &text.length);
	return text;
}

/* On a thread. */
static void
answer(void *context)
{
	PythonRun *run = context;

	run->result = executor_python_answer(run->task, &run->end);
}

/* The result need not wait until the directory is gone. */
static void
finish(void *context)
{
	PythonRun *run = context;

	if (run->directory)
		pool_run(remove_directory, NULL, memory_copy_text(run->directory));
	executor_finish(run->execution, &run->result);
}

/* On a thread. */
static void
remove_directory(void *context)
{
	char *directory = context;
	Error error;

	if (workdir_remove(directory, &error) != STATUS_OK)
		log_failure("work directory is left behind", &error);
	free(directory);
}
