/*
 * verb_api.c
 *		api: one request of HTTP, as it is said.
 */
#include "inputs.h"
#include "json_print.h"
#include "verb.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static const char *read_method(Context *context);
static void print_body(Context *context, const RawAnswer *answer);

ExitCode
verb_api(Context *context)
{
	const char *method = read_method(context);
	const char *path = command_line_word(context->line, 1);
	const char *data = command_line_text(context->line, "data");
	JsonView body = {NULL, 0};
	Error error = {.status = STATUS_OK};
	RawRequest request = {NULL, NULL, NULL};
	RawAnswer answer;
	Fault fault;
	JsonView value = {NULL, 0};
	size_t where;

	if (method == NULL)
		return EXIT_USAGE;
	if (!link_has_http(context->link))
		return context_refuse(
			context, NULL, "api speaks HTTP, which --direct does without");
	if (data && !inputs_read_value(context, "--data", data, &body))
		return context->code;
	request.method = method;
	request.path =
		*path == '/' ? path : arena_print(context->arena, "/%s", path);
	if (body.text)
		request.body = arena_copy(context->arena, body.text, body.length);
	if (link_request(
			context->link, context->arena, &request, &answer, &error) !=
	    STATUS_OK)
		return context_fail(context, NULL, &error);
	print_body(context, &answer);
	if (answer.code >= 200 && answer.code < 400)
		return EXIT_DONE;
	if (answer.length > 0 &&
	    json_view_check(answer.body, answer.length, &value, &where) != NULL)
		value = (JsonView){NULL, 0};
	fault_read(context->arena, answer.code, value, &fault);
	context_say(
		context, "mcpctl: %s %s was answered %d", method, path, answer.code);
	return exit_code_of(fault.error.status);
}

/* Letters, in any case. */
static const char *
read_method(Context *context)
{
	char *method =
		arena_copy_text(context->arena, command_line_word(context->line, 0));

	for (char *at = method; *at; at++)
	{
		if (!isalpha((unsigned char) *at))
		{
			context_refuse(context,
			               "For instance: api GET /health.",
			               "\"%s\" is no method of HTTP",
			               method);
			return NULL;
		}
		*at = (char) toupper((unsigned char) *at);
	}
	return method;
}

/* JSON is indented for people, and stays as it is for programs. */
static void
print_body(Context *context, const RawAnswer *answer)
{
	JsonView value;
	size_t where;

	if (context->output.form == OUTPUT_TABLE && answer->length > 0 &&
	    strstr(answer->type, "json") &&
	    json_view_check(answer->body, answer->length, &value, &where) == NULL)
		output_json(&context->output, value);
	else
		output_text(&context->output, answer->body);
}
