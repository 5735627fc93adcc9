/*
 * executor_python_files.h
 *		What a script finds in its work directory when it starts.
 */
#ifndef MCPD_EXECUTOR_PYTHON_FILES_H
#define MCPD_EXECUTOR_PYTHON_FILES_H

#include "executor.h"
#include "json_write.h"
#include "status.h"

/* The arena's. */
typedef struct PythonFiles
{
	char *directory; /* NULL until it was made */
	bool is_bundled; /* it is in a sandbox only, and its files: */
	int bundle;      /* -1: there are none */
	char *script;
	char *folder; /* of a script that is a file of its own; else NULL */
	char *input;
	char *output; /* where the script is to write its answer: not there yet */
} PythonFiles;

/*
 * Makes the directory, and in it the inputs, what there is to know of the task,
 * and the script, unless that is a file of its own.  Blocks on the file system,
 * unless the sandbox has one of its own: then all of it is in memory.
 */
extern Status
executor_python_files_write(const ExecutorTask *task, PythonFiles *files,
                            Error *error) MUST_CHECK;

/*
 * Into an open object: what a program may want to know of itself.  The token is the
 * same for all attempts of the step: who calls somebody else with it is not counted
 * twice.
 */
extern void
executor_python_files_print_task(const ExecutorTask *task, JsonWriter *writer);

/* Removes it all, the directory on a thread; failure is logged. */
extern void executor_python_files_remove(const PythonFiles *files);

#endif
