/*
 * executor_python_files.c
 *		What a script finds in its work directory when it starts.
 */
#include "executor_python_files.h"

#include "executor_python_child.h"

#include "bundle.h"
#include "confined_path.h"
#include "log.h"
#include "memory.h"
#include "pool.h"
#include "runner.h"
#include "workdir.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SCRIPT_FILE "script.py"
#define INPUT_FILE "input.json"
#define TASK_FILE "task.json"

static Status
make_directory(const ExecutorTask *task, PythonFiles *files, Error *error);
static Status
find_script(const ExecutorTask *task, PythonFiles *files, Error *error);
static char *realpath_in(const char *path, Arena *arena);
static Status
write_task(const ExecutorTask *task, PythonFiles *files, Error *error);
static Status write_file(PythonFiles *files, const char *name,
                         const char *bytes, size_t length, Error *error);
static char *
below(const ExecutorTask *task, const PythonFiles *files, const char *name);
static void remove_directory(void *context);

Status
executor_python_files_write(const ExecutorTask *task, PythonFiles *files,
                            Error *error)
{
	Status status = make_directory(task, files, error);

	if (status != STATUS_OK)
		return status;
	files->input = below(task, files, INPUT_FILE);
	files->output = below(task, files, PYTHON_OUTPUT_FILE);
	status = find_script(task, files, error);
	if (status == STATUS_OK)
		status = write_file(
			files, INPUT_FILE, task->inputs.text, task->inputs.length, error);
	if (status == STATUS_OK)
		status = write_task(task, files, error);
	return status;
}

void
executor_python_files_print_task(const ExecutorTask *task, JsonWriter *writer)
{
	json_write_name(writer, "run_id");
	json_write_text(writer, task->run_id);
	json_write_name(writer, "step_id");
	json_write_text(writer, task->step_id);
	json_write_name(writer, "attempt");
	json_write_integer(writer, task->attempt);
	json_write_name(writer, "idempotency_token");
	json_write_text(writer, task->idempotency_token);
}

void
executor_python_files_remove(const PythonFiles *files)
{
	if (files->is_bundled && files->bundle >= 0)
		close(files->bundle);
	if (!files->is_bundled && files->directory)
		pool_run(remove_directory, NULL, memory_copy_text(files->directory));
}

/* In a sandbox with a root of its own nothing of ours is to be seen but copies. */
static Status
make_directory(const ExecutorTask *task, PythonFiles *files, Error *error)
{
	const char *parent = task->settings->work_dir;
	const char *real;

	files->bundle = -1;
	files->is_bundled = runner_ready()->level >= RUNNER_STANDARD;
	if (!files->is_bundled)
		return workdir_create(parent, task->arena, &files->directory, error);
	real = realpath_in(parent, task->arena);
	if (real == NULL)
		return error_set(error,
		                 STATUS_UNAVAILABLE,
		                 "could not reach the directory \"%s\": %s",
		                 parent,
		                 strerror(errno));
	files->directory =
		arena_print(task->arena, "%s/mcp-%08lx%08lx", real, random(), random());
	return STATUS_OK;
}

/* COMPAT "Configs": one of the two is required, and the content wins. */
static Status
find_script(const ExecutorTask *task, PythonFiles *files, Error *error)
{
	const char *content = json_view_text(
		json_view_find(task->config, "script_content"), task->arena);
	const char *path = json_view_text(
		json_view_find(task->config, "script_path"), task->arena);

	if (content)
	{
		files->script = below(task, files, SCRIPT_FILE);
		return write_file(files, SCRIPT_FILE, content, strlen(content), error);
	}
	if (path)
	{
		files->folder = realpath_in(task->settings->scripts_dir, task->arena);
		return confined_path_resolve(task->settings->scripts_dir,
		                             "MCP_SCRIPTS_DIR",
		                             path,
		                             task->arena,
		                             &files->script,
		                             error);
	}
	return error_set(error,
	                 STATUS_INVALID,
	                 "the MCP has neither script_content nor script_path");
}

/* A script may import what lies beside it. */
static char *
realpath_in(const char *path, Arena *arena)
{
	char real[PATH_MAX];

	return path && realpath(path, real) ? arena_copy_text(arena, real) : NULL;
}

static Status
write_task(const ExecutorTask *task, PythonFiles *files, Error *error)
{
	JsonWriter *writer = json_writer_create();
	Status status;

	json_write_open(writer, '{');
	executor_python_files_print_task(task, writer);
	json_write_close(writer, '}');
	status = write_file(files,
	                    TASK_FILE,
	                    json_writer_text(writer),
	                    json_writer_length(writer),
	                    error);
	json_writer_destroy(writer);
	return status;
}

static Status
write_file(PythonFiles *files, const char *name, const char *bytes,
           size_t length, Error *error)
{
	if (files->is_bundled)
		return bundle_add(&files->bundle, name, bytes, length, error);
	return workdir_write(files->directory, name, bytes, length, error);
}

static char *
below(const ExecutorTask *task, const PythonFiles *files, const char *name)
{
	return arena_print(task->arena, "%s/%s", files->directory, name);
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
