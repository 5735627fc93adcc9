/*
 * executor_notebook_answer.h
 *		What a notebook came to, from how its program ended and what it wrote.
 */
#ifndef MCPD_EXECUTOR_NOTEBOOK_ANSWER_H
#define MCPD_EXECUTOR_NOTEBOOK_ANSWER_H

#include "executor_kind.h"
#include "executor_python_end.h"

/*
 * The result has what ran, and the executed notebook as its artifact, however it
 * ended, if the program could still write it down.  Parses the answer, which
 * takes a while where it is large; uses the task's arena and nothing else.
 */
extern ExecutorResult
executor_notebook_answer(const ExecutorTask *task, const PythonEnd *end);

#endif
