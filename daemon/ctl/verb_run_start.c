/*
 * verb_run_start.c
 *		run start, run wait: runs begin, and are waited for.
 */
#include "inputs.h"
#include "json_print.h"
#include "run_view.h"
#include "run_wait.h"
#include "verb.h"

#include <stdio.h>
#include <string.h>

static bool print_body(Context *context, const char *inputs, const char **body);
static bool add_options(Context *context, TextBuffer *buffer);
static bool add_tags(Context *context, TextBuffer *buffer);
static void add_member(Arena *arena, TextBuffer *buffer, const char *name,
                       const char *json);
static ExitCode wait_and_tell(Context *context, const char *run_id);

ExitCode
verb_run_start(Context *context)
{
	bool is_mcp = command_line_has(context->line, "mcp");
	Ask ask = {
		.operation = is_mcp ? OPERATION_START_MCP : OPERATION_START_WORKFLOW,
		.names = {command_line_word(context->line, 0)},
		.idempotency_key = command_line_text(context->line, "idempotency-key"),
	};
	JsonView run;
	const char *run_id;

	if (!inputs_read(context, &ask.body) ||
	    (!is_mcp && !print_body(context, ask.body, &ask.body)))
		return context->code;
	if (context_ask(context, &ask, &run) != STATUS_OK)
		return context->code;
	run_id = json_view_text(json_view_find(run, "run_id"), context->arena);
	if (run_id && command_line_has(context->line, "wait"))
		return wait_and_tell(context, run_id);
	if (context->output.form == OUTPUT_TABLE)
		puts(run_id ? run_id : "");
	else
		output_object(&context->output, run, "run_id");
	return EXIT_DONE;
}

ExitCode
verb_run_wait(Context *context)
{
	return wait_and_tell(context, command_line_word(context->line, 0));
}

static bool
print_body(Context *context, const char *inputs, const char **body)
{
	TextBuffer *buffer = text_buffer_create(context->arena);

	text_buffer_add_text(buffer, "{\"initial_inputs\": ");
	text_buffer_add_text(buffer, inputs);
	text_buffer_add_text(buffer, ", \"options\": ");
	if (!add_options(context, buffer))
		return false;
	text_buffer_add_text(buffer, "}");
	*body = text_buffer_text(buffer);
	return true;
}

static bool
add_options(Context *context, TextBuffer *buffer)
{
	static const struct
	{
		const char *option;
		const char *member;
		bool is_number;
	} options[] = {
		{"queue", "queue", false},
		{"priority", "priority", true},
		{"at", "start_at", false},
		{"delay", "delay_seconds", true},
		{"run-timeout", "timeout_seconds", true},
	};
	Arena *arena = context->arena;

	text_buffer_add_text(buffer, "{");
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
	{
		const char *text = command_line_text(context->line, options[i].option);
		JsonView number;

		if (text == NULL)
			continue;
		if (options[i].is_number &&
		    (!inputs_read_value(context,
		                        arena_print(arena, "--%s", options[i].option),
		                        text,
		                        &number) ||
		     json_view_kind(number) != JSON_VIEW_NUMBER))
		{
			context_refuse(context,
			               NULL,
			               "--%s \"%s\" is no number",
			               options[i].option,
			               text);
			return false;
		}
		add_member(arena,
		           buffer,
		           options[i].member,
		           options[i].is_number ? text
		                                : json_print_quoted(arena, text));
	}
	if (!add_tags(context, buffer))
		return false;
	text_buffer_add_text(buffer, "}");
	return true;
}

static bool
add_tags(Context *context, TextBuffer *buffer)
{
	Arena *arena = context->arena;
	TextBuffer *tags = text_buffer_create(arena);
	const char *text;
	int at = 0;

	text_buffer_add_text(tags, "{");
	while ((text = command_line_next(context->line, "tag", &at)) != NULL)
	{
		size_t length = strcspn(text, "=");

		if (length == 0 || text[length] == '\0')
		{
			context_refuse(
				context, NULL, "--tag \"%s\" is not NAME=TEXT", text);
			return false;
		}
		add_member(arena,
		           tags,
		           arena_copy(arena, text, length),
		           json_print_quoted(arena, text + length + 1));
	}
	text_buffer_add_text(tags, "}");
	if (text_buffer_length(tags) > 2)
		add_member(arena, buffer, "tags", text_buffer_text(tags));
	return true;
}

static void
add_member(Arena *arena, TextBuffer *buffer, const char *name, const char *json)
{
	const char *text = text_buffer_text(buffer);

	if (text[text_buffer_length(buffer) - 1] != '{')
		text_buffer_add_text(buffer, ", ");
	text_buffer_add_text(buffer, json_print_quoted(arena, name));
	text_buffer_add_text(buffer, ": ");
	text_buffer_add_text(buffer, json);
}

static ExitCode
wait_and_tell(Context *context, const char *run_id)
{
	JsonView run;
	ExitCode code = run_wait(context, run_id, NULL, NULL, &run);

	if (code != EXIT_DONE)
		return code;
	run_view_output(context, run);
	return run_view_code(context->arena, run);
}
