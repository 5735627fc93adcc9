/*
 * executor_notebook_answer.c
 *		What a notebook came to, from how its program ended and what it wrote.
 *
 * What it wrote is read as hostile: a cell can write the same file.  Whether its
 * time was over is known here, and not for the notebook to say.
 */
#include "executor_notebook_answer.h"

#include "executor_python_answer.h"

#include <stdio.h>
#include <string.h>

/* Only the first of them is found in the artifact that a server sends. */
#define ARTIFACT_NAME "notebook.ipynb"
#define ARTIFACT_TYPE "application/x-ipynb+json"

static ExecutorResult
judge(const ExecutorTask *task, const PythonEnd *end, JsonView answer);
static ExecutorResult judge_end(const ExecutorTask *task, const PythonEnd *end);
static ExecutorResult judge_answer(const ExecutorTask *task, JsonView answer);
static ExecutorFailure find_failure(const char *outcome);
static JsonView
read_answer(const PythonEnd *end, Arena *arena, const char **complaint);
static const char *get_text(JsonView answer, const char *name, Arena *arena);
static const char *print_place(JsonView answer, Arena *arena);

ExecutorResult
executor_notebook_answer(const ExecutorTask *task, const PythonEnd *end)
{
	const char *complaint = NULL;
	JsonView answer = read_answer(end, task->arena, &complaint);
	ExecutorResult result;

	if (end->end == CHILD_EXITED && end->code == 0 && complaint)
		result = executor_fail(task,
		                       EXECUTOR_BAD_OUTPUT,
		                       "Notebook output was refused: %s",
		                       complaint);
	else
		result = judge(task, end, answer);
	result.result = json_view_find(answer, "result");
	if (json_view_kind(json_view_find(answer, "notebook")) == JSON_VIEW_OBJECT)
		result.artifact = (ExecutorArtifact){
			.name = ARTIFACT_NAME,
			.content_type = ARTIFACT_TYPE,
			.document = json_view_find(answer, "notebook"),
		};
	result.output = end->output;
	result.errors = end->errors;
	return result;
}

static ExecutorResult
judge(const ExecutorTask *task, const PythonEnd *end, JsonView answer)
{
	switch (end->end)
	{
		case CHILD_TIMED_OUT:
			return executor_fail(
				task,
				EXECUTOR_TIMED_OUT,
				"Notebook execution timed out after %g seconds%s",
				(double) end->time_limit / 1000,
				print_place(answer, task->arena));
		case CHILD_CANCELLED:
			return executor_fail(task,
			                     EXECUTOR_CANCELLED,
			                     "Notebook execution was cancelled%s",
			                     print_place(answer, task->arena));
		case CHILD_EXITED:
			if (end->code == 0)
				return judge_answer(task, answer);
			break;
		case CHILD_SIGNALLED:
		case CHILD_TOO_LARGE:
		case CHILD_NOT_STARTED:
			break;
	}
	return judge_end(task, end);
}

/* Of a program that did not come to its end. */
static ExecutorResult
judge_end(const ExecutorTask *task, const PythonEnd *end)
{
	const char *said = executor_python_quote(end->errors_end, task->arena);

	switch (end->end)
	{
		case CHILD_TOO_LARGE:
			return executor_fail(
				task,
				EXECUTOR_KILLED,
				"Notebook execution was stopped: its processes took more than "
				"%llu MiB of memory together",
				(unsigned long long) end->memory >> 20);
		case CHILD_NOT_STARTED:
			return executor_fail(task,
			                     EXECUTOR_UNAVAILABLE,
			                     "Notebook execution could not be started: "
			                     "%s: %s",
			                     end->complaint,
			                     strerror(end->code));
		case CHILD_SIGNALLED:
			return executor_fail(
				task,
				EXECUTOR_KILLED,
				"Notebook execution failed with signal %d. Stderr: %s",
				end->code,
				said);
		case CHILD_EXITED:
		case CHILD_TIMED_OUT:
		case CHILD_CANCELLED:
			break;
	}
	return executor_fail(task,
	                     EXECUTOR_FAILED,
	                     "Notebook execution failed with code %d. Stderr: %s",
	                     end->code,
	                     said);
}

static ExecutorResult
judge_answer(const ExecutorTask *task, JsonView answer)
{
	const char *outcome = get_text(answer, "outcome", task->arena);
	const char *error = get_text(answer, "error", task->arena);
	ExecutorResult result = {.failure = find_failure(outcome)};

	if (result.failure != EXECUTOR_SUCCESS)
		result.error = error[0] ? error : "The notebook was stopped";
	return result;
}

/* What the program may say of itself; anything else is a failure of its own. */
static ExecutorFailure
find_failure(const char *outcome)
{
	static const struct
	{
		const char *outcome;
		ExecutorFailure failure;
	} known[] = {
		{"success", EXECUTOR_SUCCESS},
		{"timeout", EXECUTOR_TIMED_OUT},
		{"killed", EXECUTOR_KILLED},
		{"inputs", EXECUTOR_BAD_INPUT},
		{"refused", EXECUTOR_REFUSED},
		{"unavailable", EXECUTOR_UNAVAILABLE},
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
	{
		if (strcmp(known[i].outcome, outcome) == 0)
			return known[i].failure;
	}
	return EXECUTOR_FAILED;
}

/* Absent, and why, where there is none that can be taken. */
static JsonView
read_answer(const PythonEnd *end, Arena *arena, const char **complaint)
{
	JsonView answer = {NULL, 0};
	ExecutorText file;
	const char *fault;
	size_t where;

	switch (end->answer)
	{
		case RUNNER_ANSWER_TAKEN:
			break;
		case RUNNER_ANSWER_ABSENT:
			*complaint = "there is none";
			return answer;
		case RUNNER_ANSWER_REFUSED:
			*complaint = end->complaint;
			return answer;
	}
	file = executor_python_end_read(end, arena);
	fault = json_view_check(file.bytes, file.length, &answer, &where);
	if (fault)
	{
		*complaint = arena_print(
			arena, "it is not valid JSON: %s, at byte %zu", fault, where);
		return (JsonView){NULL, 0};
	}
	return answer;
}

/* "" where there is no such text. */
static const char *
get_text(JsonView answer, const char *name, Arena *arena)
{
	const char *text = json_view_text(json_view_find(answer, name), arena);

	return text ? text : "";
}

/* Of a notebook that was stopped the error is the cell that it was in. */
static const char *
print_place(JsonView answer, Arena *arena)
{
	const char *place = get_text(answer, "error", arena);

	return place[0] ? arena_print(arena, ", in: %s", place) : "";
}
