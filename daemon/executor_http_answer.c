/*
 * executor_http_answer.c
 *		The answer of an HTTP server as the result of a step.
 */
#include "executor_http_answer.h"

#include "executor_fetch.h"
#include "json_write.h"

#include <ctype.h>
#include <string.h>

static bool is_expected(const ExecutorTask *task, int status);
static JsonView read_body(const ExecutorTask *task, const FetchAnswer *answer,
                          const char **problem);
static JsonView print(const ExecutorTask *task, const char *url,
                      const FetchAnswer *answer, JsonView body);
static void print_headers(const ExecutorTask *task, const FetchAnswer *answer,
                          JsonWriter *writer);

ExecutorResult
executor_http_answer(const ExecutorTask *task, const char *url,
                     const FetchAnswer *answer)
{
	const char *problem = NULL;
	JsonView body = read_body(task, answer, &problem);
	ExecutorResult result = {.failure = EXECUTOR_SUCCESS};

	if (!is_expected(task, answer->status))
	{
		result = executor_fail(task,
		                       EXECUTOR_HTTP_STATUS,
		                       "the server answered with status %d",
		                       answer->status);
		result.retry_after = executor_fetch_retry_after(answer);
	}
	else if (problem)
		result = executor_fail(task,
		                       EXECUTOR_BAD_OUTPUT,
		                       "the server's answer is not JSON: %s",
		                       problem);
	result.result = print(task, url, answer, body);
	return result;
}

/* Of a config that says nothing: 200 to 299. */
static bool
is_expected(const ExecutorTask *task, int status)
{
	JsonView expected = json_view_find(task->config, "expected_status");
	JsonWalk walk = json_view_walk(expected);
	int64_t number;

	if (json_view_kind(expected) != JSON_VIEW_ARRAY)
		return status >= 200 && status < 300;
	while (json_view_next(&walk))
	{
		if (json_view_integer(walk.value, &number) && number == status)
			return true;
	}
	return false;
}

/* Absent: it goes out as a text.  Nothing at all is null. */
static JsonView
read_body(const ExecutorTask *task, const FetchAnswer *answer,
          const char **problem)
{
	const char *kind =
		json_view_text(json_view_find(task->config, "response"), task->arena);
	JsonView body = {NULL, 0};
	size_t where;

	if (kind && strcmp(kind, "text") == 0)
		return body;
	if (answer->body_length == 0)
		return (JsonView){"null", 4};
	*problem =
		json_view_check(answer->body, answer->body_length, &body, &where);
	return *problem ? (JsonView){NULL, 0} : body;
}

static JsonView
print(const ExecutorTask *task, const char *url, const FetchAnswer *answer,
      JsonView body)
{
	JsonWriter *writer = json_writer_create();
	JsonView printed;

	json_write_open(writer, '{');
	json_write_name(writer, "status");
	json_write_integer(writer, answer->status);
	json_write_name(writer, "url");
	json_write_bytes(writer, url, strcspn(url, "?#"));
	json_write_name(writer, "headers");
	print_headers(task, answer, writer);
	json_write_name(writer, "body");
	if (body.text)
		json_write_view(writer, body);
	else
		json_write_bytes(writer, answer->body, answer->body_length);
	json_write_close(writer, '}');
	printed.length = json_writer_length(writer);
	printed.text =
		arena_copy(task->arena, json_writer_text(writer), printed.length);
	json_writer_destroy(writer);
	return printed;
}

/* Of several by one name the last, as jsonb keeps them. */
static void
print_headers(const ExecutorTask *task, const FetchAnswer *answer,
              JsonWriter *writer)
{
	json_write_open(writer, '{');
	for (int i = 0; i < answer->header_count; i++)
	{
		char *name = arena_copy_text(task->arena, answer->headers[i].name);

		for (char *at = name; *at; at++)
			*at = (char) tolower((unsigned char) *at);
		json_write_name(writer, name);
		json_write_text(writer, answer->headers[i].value);
	}
	json_write_close(writer, '}');
}
