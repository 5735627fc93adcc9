/*
 * executor_python_answer.h
 *		What a script answered, from how it ended, its file and its streams.
 */
#ifndef MCPD_EXECUTOR_PYTHON_ANSWER_H
#define MCPD_EXECUTOR_PYTHON_ANSWER_H

#include "child.h"
#include "executor_kind.h"

/* More than this in an output file is refused. */
#define PYTHON_ANSWER_LIMIT ((size_t) 16 * 1024 * 1024)

/* How it ended; all texts are the task's arena's. */
typedef struct PythonEnd
{
	ChildEnd end;
	int code;
	uint64_t time_limit; /* milliseconds, as it was given */
	const char *directory;
	ExecutorText output;
	ExecutorText errors;
	ExecutorText output_end; /* see capture_end() */
	ExecutorText errors_end;
	bool is_output_partial; /* the first line of output_end is cut */
} PythonEnd;

/*
 * The rules of COMPAT "How each runs".  Reads the output file, so it blocks on
 * the file system; uses the task's arena and nothing else.
 */
extern ExecutorResult
executor_python_answer(const ExecutorTask *task, const PythonEnd *end);

/* What a stream said, without space around it, by its end where it is long. */
extern const char *executor_python_quote(ExecutorText text, Arena *arena);

#endif
