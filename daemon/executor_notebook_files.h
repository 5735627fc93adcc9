/*
 * executor_notebook_files.h
 *		What the program finds that runs a notebook: the notebook, and its task.
 */
#ifndef MCPD_EXECUTOR_NOTEBOOK_FILES_H
#define MCPD_EXECUTOR_NOTEBOOK_FILES_H

#include "executor.h"
#include "status.h"

#define NOTEBOOK_TASK_FILE "task.json"
#define NOTEBOOK_FILE "notebook.ipynb"

/* The arena's. */
typedef struct NotebookFiles
{
	char *directory; /* NULL until it was made */
	char *folder;    /* where a notebook that is a file lies; else NULL */
} NotebookFiles;

/*
 * Makes the directory and both files.  STATUS_INVALID, _DENIED or _NOT_FOUND
 * where the config is at fault.  Blocks on the file system.
 */
extern Status
executor_notebook_files_write(const ExecutorTask *task, NotebookFiles *files,
                              Error *error) MUST_CHECK;

#endif
