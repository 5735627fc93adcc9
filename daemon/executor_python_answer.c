/*
 * executor_python_answer.c
 *		What a script answered, from how it ended, its file and its streams.
 *
 * How it ended comes first: what a script that failed wrote to its file is no
 * answer.  Then the file; only where there is none does stdout count.
 */
#include "executor_python_answer.h"

#include "executor_python_child.h"
#include "json_write.h"

#include <stdio.h>
#include <string.h>

/* How much of stderr an error quotes: its end, where a traceback says why. */
#define QUOTE_LIMIT ((size_t) 4096)

static ExecutorResult judge_end(const ExecutorTask *task, const PythonEnd *end);
static void print_signal(char *text, size_t size, int number);
static ExecutorResult
fail_with_stderr(const ExecutorTask *task, const PythonEnd *end,
                 ExecutorFailure failure, const char *what);
static ExecutorText trim(ExecutorText text);
static bool is_space(char byte);
static ExecutorResult
read_answer(const ExecutorTask *task, const PythonEnd *end);
static ExecutorResult judge_file(const ExecutorTask *task, JsonView answer);
static const char *get_error(JsonView error, Arena *arena);
static ExecutorResult
judge_stdout(const ExecutorTask *task, const PythonEnd *end);
static JsonView find_json_line(const PythonEnd *end);
static JsonView print_string(ExecutorText text, Arena *arena);

ExecutorResult
executor_python_answer(const ExecutorTask *task, const PythonEnd *end)
{
	ExecutorResult result = judge_end(task, end);

	result.output = end->output;
	result.errors = end->errors;
	return result;
}

const char *
executor_python_quote(ExecutorText text, Arena *arena)
{
	const char *mark = "";

	text = trim(text);
	if (text.length > QUOTE_LIMIT)
	{
		text.bytes += text.length - QUOTE_LIMIT;
		text.length = QUOTE_LIMIT;
		mark = "[...] ";
		/* Not from the middle of a character. */
		while (text.length > 0 && ((unsigned char) *text.bytes & 0xC0) == 0x80)
		{
			text.bytes++;
			text.length--;
		}
	}
	return arena_print(arena, "%s%.*s", mark, (int) text.length, text.bytes);
}

static ExecutorResult
judge_end(const ExecutorTask *task, const PythonEnd *end)
{
	char what[128];

	switch (end->end)
	{
		case CHILD_EXITED:
			if (end->code == 0)
				return read_answer(task, end);
			snprintf(what, sizeof(what), "code %d", end->code);
			return fail_with_stderr(task, end, EXECUTOR_FAILED, what);
		case CHILD_SIGNALLED:
			print_signal(what, sizeof(what), end->code);
			return fail_with_stderr(task, end, EXECUTOR_KILLED, what);
		case CHILD_TIMED_OUT:
			return executor_fail(task,
			                     EXECUTOR_TIMED_OUT,
			                     "Script execution timed out after %g seconds",
			                     (double) end->time_limit / 1000);
		case CHILD_CANCELLED:
			return executor_fail(
				task, EXECUTOR_CANCELLED, "Script execution was cancelled");
		case CHILD_TOO_LARGE:
			return executor_fail(
				task,
				EXECUTOR_KILLED,
				"Script execution was stopped: its processes took more than "
				"%llu MiB of memory together",
				(unsigned long long) end->memory >> 20);
		case CHILD_NOT_STARTED:
			break;
	}
	return executor_fail(task,
	                     EXECUTOR_UNAVAILABLE,
	                     "Script execution could not be started: %s: %s",
	                     end->complaint,
	                     strerror(end->code));
}

/* Real-time signals have a number only. */
static void
print_signal(char *text, size_t size, int number)
{
	const char *name = sigabbrev_np(number);

	if (name)
		snprintf(text, size, "signal %d (SIG%s)", number, name);
	else
		snprintf(text, size, "signal %d", number);
}

/* The text is COMPAT's, "How each runs". */
static ExecutorResult
fail_with_stderr(const ExecutorTask *task, const PythonEnd *end,
                 ExecutorFailure failure, const char *what)
{
	ExecutorResult result = {.failure = failure};

	result.error =
		arena_print(task->arena,
	                "Script execution failed with %s. Stderr: %s",
	                what,
	                executor_python_quote(end->errors_end, task->arena));
	return result;
}

static ExecutorText
trim(ExecutorText text)
{
	while (text.length > 0 && is_space(text.bytes[text.length - 1]))
		text.length--;
	while (text.length > 0 && is_space(text.bytes[0]))
	{
		text.bytes++;
		text.length--;
	}
	return text;
}

static bool
is_space(char byte)
{
	return byte == ' ' || byte == '\n' || byte == '\t' || byte == '\r';
}

static ExecutorResult
read_answer(const ExecutorTask *task, const PythonEnd *end)
{
	ExecutorText file;
	JsonView answer;
	const char *complaint;
	size_t where;

	switch (end->answer)
	{
		case RUNNER_ANSWER_TAKEN:
			break;
		case RUNNER_ANSWER_ABSENT:
			return judge_stdout(task, end);
		case RUNNER_ANSWER_REFUSED:
			return executor_fail(
				task,
				EXECUTOR_BAD_OUTPUT,
				"Script output was refused: the file \"%s\" %s",
				PYTHON_OUTPUT_FILE,
				end->complaint);
	}
	file = executor_python_end_read(end, task->arena);
	complaint = json_view_check(file.bytes, file.length, &answer, &where);
	if (complaint)
		return executor_fail(task,
		                     EXECUTOR_BAD_OUTPUT,
		                     "Script output is not valid JSON: %s, at byte %zu",
		                     complaint,
		                     where);
	return judge_file(task, answer);
}

static ExecutorResult
judge_file(const ExecutorTask *task, JsonView answer)
{
	ExecutorResult result = {.result = json_view_find(answer, "result")};

	switch (json_view_kind(json_view_find(answer, "success")))
	{
		case JSON_VIEW_TRUE:
			break;
		case JSON_VIEW_FALSE:
			result.failure = EXECUTOR_FAILED;
			result.error =
				get_error(json_view_find(answer, "error"), task->arena);
			break;
		default:
			return executor_fail(task,
			                     EXECUTOR_BAD_OUTPUT,
			                     "Script output is not an object with "
			                     "\"success\": true or false");
	}
	return result;
}

static const char *
get_error(JsonView error, Arena *arena)
{
	switch (json_view_kind(error))
	{
		case JSON_VIEW_STRING:
			return json_view_text(error, arena);
		case JSON_VIEW_ABSENT:
		case JSON_VIEW_NULL:
			return "Script reported a failure without an error";
		default:
			return arena_copy(arena, error.text, error.length);
	}
}

/* "The last line of stdout that is JSON, else stdout as text." */
static ExecutorResult
judge_stdout(const ExecutorTask *task, const PythonEnd *end)
{
	ExecutorResult result = {.result = find_json_line(end)};
	ExecutorText text = end->output;

	if (result.result.text)
		return result;
	while (text.length > 0 && text.bytes[text.length - 1] == '\n')
		text.length--;
	result.result = print_string(text, task->arena);
	return result;
}

/* From the end backwards; the half of a line that was cut is not one. */
static JsonView
find_json_line(const PythonEnd *end)
{
	const char *first = end->output_end.bytes;
	const char *stop = first + end->output_end.length;

	while (stop > first)
	{
		const char *newline = memrchr(first, '\n', (size_t) (stop - first));
		const char *line = newline ? newline + 1 : first;
		JsonView found;
		size_t where;

		if (newline == NULL && end->is_output_partial)
			break;
		if (json_view_check(line, (size_t) (stop - line), &found, &where) ==
		    NULL)
			return found;
		stop = newline ? newline : first;
	}
	return (JsonView){NULL, 0};
}

static JsonView
print_string(ExecutorText text, Arena *arena)
{
	JsonWriter *writer = json_writer_create();
	JsonView printed;

	json_write_bytes(writer, text.bytes, text.length);
	printed.length = json_writer_length(writer);
	printed.text = arena_copy(arena, json_writer_text(writer), printed.length);
	json_writer_destroy(writer);
	return printed;
}
