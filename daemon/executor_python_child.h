/*
 * executor_python_child.h
 *		Starts a Python interpreter as a child with what COMPAT gives it.
 */
#ifndef MCPD_EXECUTOR_PYTHON_CHILD_H
#define MCPD_EXECUTOR_PYTHON_CHILD_H

#include "child.h"
#include "executor.h"

/* The name of the file in the directory where a script may answer. */
#define PYTHON_OUTPUT_FILE "output.json"

/* More than this in an answer is refused. */
#define PYTHON_ANSWER_LIMIT (16 * 1024 * 1024)

typedef struct PythonCommand
{
	const char *python;           /* path of the interpreter */
	const char *const *arguments; /* what comes after it; to NULL */
	const char *directory;        /* it starts there: its HOME and TMPDIR */
	const int *files;             /* a bundle of what it finds there, or NULL */
	const Config *settings;       /* what it may take of everything */
	const char *readable;         /* beside the system, or NULL */
	const char *environment;      /* a virtual environment, or NULL */
	const char *writable;         /* beside the directory, or NULL */
	const char *answer;           /* the file that it answers in, or NULL */
	bool is_installing;           /* finds what pip reads */
	bool is_online;               /* has our network */
	Proxy *proxy;                 /* its way out, or NULL */
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
