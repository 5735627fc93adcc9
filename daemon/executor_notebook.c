/*
 * executor_notebook.c
 *		Runs a Jupyter notebook: our program and its kernel, in one sandbox.
 *
 * What touches files is done on a thread of the pool, as for a script.  The
 * sandbox has no network, so the kernel is reached by Unix sockets, which only a
 * sandbox with namespaces can have: without them a path might lead to anybody.
 */
#include "executor_kind.h"
#include "executor_network.h"
#include "executor_notebook_answer.h"
#include "executor_notebook_files.h"
#include "executor_notebook_program.h"
#include "executor_python_child.h"
#include "executor_python_files.h"
#include "pool.h"
#include "runner.h"

typedef enum Phase
{
	ASKING,    /* the database, for what is open to it */
	PREPARING, /* a thread writes files */
	RUNNING,   /* child is the program */
	ANSWERING  /* a thread reads the answer, or there is one */
} Phase;

/* All of it is the task's arena's. */
typedef struct NotebookRun
{
	const ExecutorTask *task;
	Execution *execution;
	Phase phase;
	bool is_cancelled;
	NotebookFiles files;
	ExecutorNetwork network;
	Child *child;
	PythonEnd end;
	Error error; /* why it could not be run */
	ExecutorResult result;
} NotebookRun;

static void *start(const ExecutorTask *task, Execution *execution);
static void cancel(void *running);
static void network_is_open(void *context);
static void prepare(void *context);
static void go_on(void *context);
static Status start_child(NotebookRun *run);
static void has_run(void *context, const ChildReport *report);
static void answer(void *context);
static void finish(void *context);
static void
refuse(NotebookRun *run, ExecutorFailure failure, const char *error);

const ExecutorKind executor_notebook = {
	.name = "jupyter_notebook",
	.start = start,
	.cancel = cancel,
};

static void *
start(const ExecutorTask *task, Execution *execution)
{
	NotebookRun *run = arena_alloc(task->arena, sizeof(*run));

	run->task = task;
	run->execution = execution;
	run->network = (ExecutorNetwork){
		.task = task,
		.go_on = network_is_open,
		.context = run,
		.error = &run->error,
	};
	run->phase = ASKING;
	if (!executor_network_open(&run->network))
		network_is_open(run);
	return run;
}

static void
cancel(void *running)
{
	NotebookRun *run = running;

	run->is_cancelled = true;
	if (run->phase == ASKING)
		executor_network_cancel(&run->network);
	if (run->phase == RUNNING)
		child_cancel(run->child);
}

static void
network_is_open(void *context)
{
	NotebookRun *run = context;

	run->phase = PREPARING;
	if (run->is_cancelled || run->error.status != STATUS_OK)
		go_on(run);
	else
		pool_run(prepare, go_on, run);
}

/* On a thread. */
static void
prepare(void *context)
{
	NotebookRun *run = context;

	run->error.status =
		executor_notebook_files_write(run->task, &run->files, &run->error);
}

static void
go_on(void *context)
{
	NotebookRun *run = context;

	if (run->is_cancelled)
		error_set(&run->error, STATUS_CONFLICT, "it was cancelled");
	if (run->error.status == STATUS_OK && runner_ready()->level == RUNNER_BASIC)
		refuse(run,
		       EXECUTOR_UNSUPPORTED,
		       "the sandbox level \"basic\" allows no sockets, since without "
		       "namespaces they would lead to the database and whatever else "
		       "listens on this host, and a kernel needs some; let "
		       "MCP_SANDBOX be \"standard\"");
	else if (run->error.status != STATUS_OK || start_child(run) != STATUS_OK)
		refuse(run, executor_failure_of(run->error.status), run->error.message);
}

static void
refuse(NotebookRun *run, ExecutorFailure failure, const char *error)
{
	run->phase = ANSWERING;
	executor_network_close(&run->network);
	run->result = executor_fail(
		run->task, failure, "Notebook could not be run: %s", error);
	finish(run);
}

static Status
start_child(NotebookRun *run)
{
	const char *const arguments[] = {
		"-B",
		"-c",
		executor_notebook_program,
		NOTEBOOK_TASK_FILE,
		NOTEBOOK_FILE,
		PYTHON_OUTPUT_FILE,
		NULL,
	};
	PythonCommand command = {
		.python = run->task->settings->python,
		.arguments = arguments,
		.directory = run->files.directory,
		.settings = run->task->settings,
		.readable = run->files.folder,
		.answer = PYTHON_OUTPUT_FILE,
		.proxy = run->network.proxy,
		.time_limit = executor_time_limit(run->task),
	};

	run->phase = RUNNING;
	run->end.time_limit = command.time_limit;
	return executor_python_child_start(
		&command, run->task->arena, has_run, run, &run->child, &run->error);
}

static void
has_run(void *context, const ChildReport *report)
{
	NotebookRun *run = context;

	run->phase = ANSWERING;
	executor_network_close(&run->network);
	executor_python_end_take(&run->end, run->task, report);
	pool_run(answer, finish, run);
}

/* On a thread. */
static void
answer(void *context)
{
	NotebookRun *run = context;

	run->result = executor_notebook_answer(run->task, &run->end);
	run->result.usage = executor_python_end_usage(run->task->arena);
	executor_python_end_close(&run->end);
}

/* The result need not wait until the directory is gone. */
static void
finish(void *context)
{
	NotebookRun *run = context;

	executor_python_files_remove(
		&(PythonFiles){.directory = run->files.directory});
	executor_finish(run->execution, &run->result);
}
