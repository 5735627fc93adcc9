/*
 * executor_python_answer.h
 *		What a script answered, from how it ended, its file and its streams.
 */
#ifndef MCPD_EXECUTOR_PYTHON_ANSWER_H
#define MCPD_EXECUTOR_PYTHON_ANSWER_H

#include "executor_kind.h"
#include "executor_python_end.h"

/*
 * The rules of COMPAT "How each runs".  Parses the answer, which takes a while
 * where it is large; uses the task's arena and nothing else.
 */
extern ExecutorResult
executor_python_answer(const ExecutorTask *task, const PythonEnd *end);

/* What a stream said, without space around it, by its end where it is long. */
extern const char *executor_python_quote(ExecutorText text, Arena *arena);

#endif
