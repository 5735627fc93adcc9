/*
 * executor_python_child.h
 *		Starts a Python interpreter as a child with what COMPAT gives it.
 */
#ifndef MCPD_EXECUTOR_PYTHON_CHILD_H
#define MCPD_EXECUTOR_PYTHON_CHILD_H

#include "child.h"
#include "executor.h"

typedef struct PythonCommand
{
	const char *python;           /* path of the interpreter */
	const char *const *arguments; /* what comes after it; to NULL */
	const char *directory;        /* it starts there: its HOME and TMPDIR */
	const char *path;             /* first in its PATH, or NULL */
	const char *const *inherited; /* of our environment, or NULL; a name that
	                               * ends with * stands for all that begin so */
	uint64_t time_limit;          /* milliseconds */
} PythonCommand;

/* As child_start(). */
extern Status
executor_python_child_start(const PythonCommand *command, Arena *arena,
                            ChildCallback callback, void *context,
                            Child **child, Error *error) MUST_CHECK;

/* What the child said; the texts are the arena's. */
extern ExecutorText
executor_python_child_text(const Capture *capture, Arena *arena);
extern ExecutorText
executor_python_child_end(const Capture *capture, Arena *arena);

#endif
