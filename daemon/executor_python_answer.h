/*
 * executor_python_answer.h
 *		What a script answered, from how it ended, its file and its streams.
 */
#ifndef MCPD_EXECUTOR_PYTHON_ANSWER_H
#define MCPD_EXECUTOR_PYTHON_ANSWER_H

#include "child.h"
#include "executor_kind.h"

/* How it ended; all texts are the task's arena's. */
typedef struct PythonEnd
{
	ChildEnd end;
	int code;
	uint64_t time_limit; /* milliseconds, as it was given */
	RunnerAnswer answer;
	int answer_file;       /* of the answer that was taken */
	const char *complaint; /* why it was not started, or its answer not taken */
	uint64_t memory;       /* bytes that it had */
	ExecutorText output;
	ExecutorText errors;
	ExecutorText output_end; /* see capture_end() */
	ExecutorText errors_end;
	bool is_output_partial; /* the first line of output_end is cut */
} PythonEnd;

/*
 * The rules of COMPAT "How each runs".  Parses the answer, which takes a while
 * where it is large; uses the task's arena and nothing else.
 */
extern ExecutorResult
executor_python_answer(const ExecutorTask *task, const PythonEnd *end);

/* What a stream said, without space around it, by its end where it is long. */
extern const char *executor_python_quote(ExecutorText text, Arena *arena);

#endif
