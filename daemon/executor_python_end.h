/*
 * executor_python_end.h
 *		How a child that is Python ended, kept beyond its report.
 *
 * A report is over when its callback returns; what came of a child is judged
 * later, on a thread.
 */
#ifndef MCPD_EXECUTOR_PYTHON_END_H
#define MCPD_EXECUTOR_PYTHON_END_H

#include "child.h"
#include "executor.h"

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
 * Takes over what a child reported, its streams and a descriptor of its answer,
 * which executor_python_end_close() closes.
 */
extern void executor_python_end_take(PythonEnd *end, const ExecutorTask *task,
                                     const ChildReport *report);
extern void executor_python_end_close(const PythonEnd *end);

/* The bytes of an answer that was taken. */
extern ExecutorText
executor_python_end_read(const PythonEnd *end, Arena *arena);

/* {"sandbox": level}: how far it was shut in is recorded with the attempt. */
extern JsonView executor_python_end_usage(Arena *arena);

#endif
