/*
 * executor_python_script.c
 *		Runs a Python script as a child, in a work directory of its own.
 *
 * What touches files is done on a thread of the pool, so that a slow disk or
 * a large answer never keeps the loop; children belong to the loop.
 */
#include "executor_kind.h"
#include "executor_network.h"
#include "executor_python_answer.h"
#include "executor_python_child.h"
#include "executor_python_files.h"
#include "executor_python_index.h"
#include "executor_python_launcher.h"
#include "executor_python_venv.h"
#include "pool.h"

typedef enum Phase
{
	ASKING,     /* the database, for what is open to it */
	PREPARING,  /* a thread writes files */
	INSTALLING, /* child makes the virtual environment */
	RUNNING,    /* child is the script */
	ANSWERING   /* a thread reads the answer, or there is one */
} Phase;

/* All of it is the task's arena's. */
typedef struct PythonRun
{
	const ExecutorTask *task;
	Execution *execution;
	Phase phase;
	bool is_cancelled;
	PythonFiles files;
	PythonVenv venv;
	ExecutorNetwork network;
	Proxy *index; /* pip's, while it installs */
	Child *child;
	PythonEnd end;
	Error error; /* why it could not be run */
	ExecutorResult result;
} PythonRun;

static void *start(const ExecutorTask *task, Execution *execution);
static void cancel(void *running);
static void network_is_open(void *context);
static void prepare(void *context);
static void go_on(void *context);
static Status start_child(PythonRun *run);
static void is_installed(void *context, const ChildReport *report);
static void close_index(PythonRun *run);
static void has_run(void *context, const ChildReport *report);
static void answer(void *context);
static void finish(void *context);
static void finish_without_run(PythonRun *run);

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
	PythonRun *run = running;

	run->is_cancelled = true;
	if (run->phase == ASKING)
		executor_network_cancel(&run->network);
	if (run->phase == INSTALLING || run->phase == RUNNING)
		child_cancel(run->child);
}

static void
network_is_open(void *context)
{
	PythonRun *run = context;

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
	PythonRun *run = context;
	Status status =
		executor_python_files_write(run->task, &run->files, &run->error);

	if (status == STATUS_OK)
		status = executor_python_venv_find(run->task, &run->venv, &run->error);
	run->error.status = status;
}

/* After each preparation: on to the next one, or to the script. */
static void
go_on(void *context)
{
	PythonRun *run = context;

	if (run->is_cancelled)
		error_set(&run->error, STATUS_CONFLICT, "it was cancelled");
	if (run->error.status != STATUS_OK || start_child(run) != STATUS_OK)
		finish_without_run(run);
}

static Status
start_child(PythonRun *run)
{
	const char *const arguments[] = {
		/* No __pycache__ in a directory that is somebody else's. */
		"-B",
		"-c",
		executor_python_launcher,
		run->files.script,
		run->files.input,
		run->files.output,
		NULL,
	};
	const char *system_python = run->task->settings->python;
	PythonCommand command = {
		.python = run->venv.python ? run->venv.python : system_python,
		.arguments = arguments,
		.directory = run->files.directory,
		.files = run->files.bundle < 0 ? NULL : &run->files.bundle,
		.settings = run->task->settings,
		.readable = run->files.folder,
		.environment = run->venv.place,
		.answer = PYTHON_OUTPUT_FILE,
		.proxy = run->network.proxy,
		.path = run->venv.bin,
		.time_limit = executor_time_limit(run->task),
	};

	run->phase = RUNNING;
	run->end.time_limit = command.time_limit;
	if (run->venv.python && !run->venv.is_made)
	{
		run->phase = INSTALLING;
		run->index = executor_python_index_open(run->task);
		command = executor_python_venv_command(
			run->task, &run->venv, run->files.directory, run->index);
	}
	return executor_python_child_start(&command,
	                                   run->task->arena,
	                                   run->phase == RUNNING ? has_run
	                                                         : is_installed,
	                                   run,
	                                   &run->child,
	                                   &run->error);
}

static void
is_installed(void *context, const ChildReport *report)
{
	PythonRun *run = context;
	Arena *arena = run->task->arena;

	run->phase = PREPARING;
	close_index(run);
	run->venv.is_made = report->end == CHILD_EXITED && report->code == 0;
	if (!run->venv.is_made && !run->is_cancelled)
	{
		run->result.errors = executor_python_child_text(report->errors, arena);
		error_set(&run->error,
		          STATUS_UNAVAILABLE,
		          "its requirements could not be installed%s: %s",
		          report->end == CHILD_TIMED_OUT ? " in time" : "",
		          executor_python_quote(
					  executor_python_child_end(report->errors, arena), arena));
	}
	go_on(run);
}

static void
close_index(PythonRun *run)
{
	proxy_destroy(run->index);
	run->index = NULL;
}

static void
has_run(void *context, const ChildReport *report)
{
	PythonRun *run = context;

	run->phase = ANSWERING;
	executor_network_close(&run->network);
	executor_python_end_take(&run->end, run->task, report);
	pool_run(answer, finish, run);
}

/* On a thread. */
static void
answer(void *context)
{
	PythonRun *run = context;

	run->result = executor_python_answer(run->task, &run->end);
	run->result.usage = executor_python_end_usage(run->task->arena);
	executor_python_end_close(&run->end);
}

/* The result need not wait until the directory is gone. */
static void
finish(void *context)
{
	PythonRun *run = context;

	executor_python_files_remove(&run->files);
	executor_finish(run->execution, &run->result);
}

static void
finish_without_run(PythonRun *run)
{
	ExecutorFailure failure = executor_failure_of(run->error.status);
	ExecutorText errors = run->result.errors;

	run->phase = ANSWERING;
	close_index(run);
	executor_network_close(&run->network);
	if (failure == EXECUTOR_CANCELLED)
		run->result =
			executor_fail(run->task, failure, "Script execution was cancelled");
	else
		run->result = executor_fail(run->task,
		                            failure,
		                            "Script could not be run: %s",
		                            run->error.message);
	run->result.errors = errors;
	finish(run);
}
