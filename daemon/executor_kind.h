/*
 * executor_kind.h
 *		What a kind of executor gives to the table in executor.c.
 *
 * One file for each kind, which shows nothing but its ExecutorKind.
 */
#ifndef MCPD_EXECUTOR_KIND_H
#define MCPD_EXECUTOR_KIND_H

#include "executor.h"

typedef struct ExecutorKind
{
	const char *name;
	bool has_templates; /* the texts of its config are filled in */

	/*
	 * Begins, and returns what cancel takes.  It ends with exactly one
	 * executor_finish(execution, ...), never before this returns.  task is the
	 * execution's, and valid as long as it.
	 */
	void *(*start)(const ExecutorTask *task, Execution *execution);

	/* Called at most once, between start and executor_finish(). */
	void (*cancel)(void *running);
} ExecutorKind;

/* Ended by NULL. */
extern const ExecutorKind *const executor_kinds[];

extern const ExecutorKind executor_ai_assistant;
extern const ExecutorKind executor_http_request;
extern const ExecutorKind executor_llm_prompt;
extern const ExecutorKind executor_notebook;
extern const ExecutorKind executor_python_script;
extern const ExecutorKind executor_sql;

/* The result goes to whoever started the execution, which is gone then. */
extern void executor_finish(Execution *execution, const ExecutorResult *result);

/* What takes the secrets of the attempt out of what is shown. */
extern const Redactor *executor_redactor(const Execution *execution);

/* A failure that has nothing but a text to tell. */
extern ExecutorResult
executor_fail(const ExecutorTask *task, ExecutorFailure failure,
              const char *format, ...) __attribute__((format(printf, 3, 4)));

/* What it is called that a task could not even be begun; never for STATUS_OK. */
extern ExecutorFailure executor_failure_of(Status status);

/*
 * Milliseconds that an attempt may take: what the version's config says under
 * "timeout", else the daemon's default, but never more than the step allows.
 */
extern uint64_t executor_time_limit(const ExecutorTask *task);

/* The same for kinds with a default of their own, in seconds. */
extern uint64_t
executor_time_limit_or(const ExecutorTask *task, double default_seconds);

#endif
