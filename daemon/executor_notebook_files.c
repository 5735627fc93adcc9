/*
 * executor_notebook_files.c
 *		What the program finds that runs a notebook: the notebook, and its task.
 */
#include "executor_notebook_files.h"

#include "confined_path.h"
#include "executor_python_files.h"
#include "workdir.h"

#include <string.h>

/* Of a notebook that is a file: with its outputs it comes back in an answer. */
#define FILE_LIMIT ((size_t) 8 * 1024 * 1024)

static Status
write_notebook(const ExecutorTask *task, NotebookFiles *files, Error *error);
static Status copy_notebook(const ExecutorTask *task, NotebookFiles *files,
                            const char *path, Error *error);
static Status
write_task(const ExecutorTask *task, const NotebookFiles *files, Error *error);
static void print_cells(const ExecutorTask *task, JsonWriter *writer);
static void print_cell_limit(const ExecutorTask *task, JsonWriter *writer);

Status
executor_notebook_files_write(const ExecutorTask *task, NotebookFiles *files,
                              Error *error)
{
	Status status = workdir_create(
		task->settings->work_dir, task->arena, &files->directory, error);

	if (status == STATUS_OK)
		status = write_notebook(task, files, error);
	if (status == STATUS_OK)
		status = write_task(task, files, error);
	return status;
}

/* COMPAT "Configs": one of the two is required, and the content wins. */
static Status
write_notebook(const ExecutorTask *task, NotebookFiles *files, Error *error)
{
	JsonView content = json_view_find(task->config, "notebook_content");
	const char *path = json_view_text(
		json_view_find(task->config, "notebook_path"), task->arena);
	const char *text;

	switch (json_view_kind(content))
	{
		case JSON_VIEW_STRING:
			text = json_view_text(content, task->arena);
			return workdir_write(
				files->directory, NOTEBOOK_FILE, text, strlen(text), error);
		case JSON_VIEW_OBJECT:
			return workdir_write(files->directory,
			                     NOTEBOOK_FILE,
			                     content.text,
			                     content.length,
			                     error);
		default:
			break;
	}
	if (path)
		return copy_notebook(task, files, path, error);
	return error_set(error,
	                 STATUS_INVALID,
	                 "the MCP has neither notebook_content nor notebook_path");
}

static Status
copy_notebook(const ExecutorTask *task, NotebookFiles *files, const char *path,
              Error *error)
{
	WorkdirFile file;
	char *slash;
	Status status = confined_path_resolve(task->settings->notebooks_dir,
	                                      "MCP_NOTEBOOKS_DIR",
	                                      path,
	                                      task->arena,
	                                      &files->folder,
	                                      error);

	if (status != STATUS_OK)
		return status;
	slash = strrchr(files->folder, '/');
	*slash = '\0';
	status = workdir_read(
		files->folder, slash + 1, FILE_LIMIT, task->arena, &file, error);
	if (status != STATUS_OK)
		return status;
	return workdir_write(
		files->directory, NOTEBOOK_FILE, file.bytes, file.length, error);
}

static Status
write_task(const ExecutorTask *task, const NotebookFiles *files, Error *error)
{
	JsonWriter *writer = json_writer_create();
	Status status;

	json_write_open(writer, '{');
	json_write_name(writer, "inputs");
	json_write_view(writer, task->inputs);
	json_write_name(writer, "folder");
	json_write_text(writer, files->folder);
	print_cells(task, writer);
	print_cell_limit(task, writer);
	executor_python_files_print_task(task, writer);
	json_write_close(writer, '}');
	status = workdir_write(files->directory,
	                       NOTEBOOK_TASK_FILE,
	                       json_writer_text(writer),
	                       json_writer_length(writer),
	                       error);
	json_writer_destroy(writer);
	return status;
}

/*
 * Which cells: null for all.  execute_all is true by default, so it says nothing
 * where cells are named.
 */
static void
print_cells(const ExecutorTask *task, JsonWriter *writer)
{
	JsonView cells = json_view_find(task->config, "cells_to_execute");
	JsonWalk walk = json_view_walk(cells);
	JsonView all = json_view_find(task->config, "execute_all");

	json_write_name(writer, "cells");
	if (json_view_next(&walk))
		json_write_view(writer, cells);
	else if (json_view_kind(all) == JSON_VIEW_FALSE)
	{
		json_write_open(writer, '[');
		json_write_close(writer, ']');
	}
	else
		json_write_text(writer, NULL);
}

static void
print_cell_limit(const ExecutorTask *task, JsonWriter *writer)
{
	json_write_name(writer, "cell_timeout");
	json_write_view(writer, json_view_find(task->config, "cell_timeout"));
}
