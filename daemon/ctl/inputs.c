/*
 * inputs.c
 *		The inputs of a run, as the command line says them.
 */
#include "inputs.h"

#include "json_file.h"
#include "json_print.h"

#include <string.h>

static bool add_members(Context *context, TextBuffer *buffer);
static bool add_one(Context *context, const char *text, TextBuffer *buffer);

bool
inputs_read(Context *context, const char **json)
{
	TextBuffer *buffer = text_buffer_create(context->arena);
	const char *text;
	int at = 0;

	text_buffer_add_text(buffer, "{");
	if (!add_members(context, buffer))
		return false;
	while ((text = command_line_next(context->line, "input", &at)) != NULL)
	{
		if (!add_one(context, text, buffer))
			return false;
	}
	text_buffer_add_text(buffer, "}");
	*json = text_buffer_text(buffer);
	return true;
}

bool
inputs_read_value(Context *context, const char *what, const char *text,
                  JsonView *value)
{
	Error error = {.status = STATUS_OK};
	Status status;

	if (strcmp(text, "-") == 0)
		status = json_file_read(context->arena, "-", value, &error);
	else if (*text == '@')
		status = json_file_read(context->arena, text + 1, value, &error);
	else
		status = json_file_parse(context->arena, what, text, value, &error);
	if (status == STATUS_OK)
		return true;
	context->code = context_fail(context, NULL, &error);
	return false;
}

static bool
add_members(Context *context, TextBuffer *buffer)
{
	const char *text = command_line_text(context->line, "inputs");
	JsonView value;
	JsonWalk walk;

	if (text == NULL)
		return true;
	if (!inputs_read_value(context, "--inputs", text, &value))
		return false;
	if (json_view_kind(value) != JSON_VIEW_OBJECT)
	{
		context_refuse(
			context, NULL, "--inputs is no object of JSON like {\"a\": 1}");
		return false;
	}
	walk = json_view_walk(value);
	while (json_view_next(&walk))
	{
		if (text_buffer_length(buffer) > 1)
			text_buffer_add_text(buffer, ", ");
		text_buffer_add(buffer, walk.name.text, walk.name.length);
		text_buffer_add_text(buffer, ": ");
		text_buffer_add(buffer, walk.value.text, walk.value.length);
	}
	return true;
}

/* Of two members of one name the database takes the last. */
static bool
add_one(Context *context, const char *text, TextBuffer *buffer)
{
	const char *equals = strchr(text, '=');
	bool is_json = equals && equals > text && equals[-1] == ':';
	const char *name;
	JsonView value;

	if (equals == NULL || equals == text || (is_json && equals == text + 1))
	{
		context_refuse(context,
		               "Give NAME=TEXT, or NAME:=JSON for a number, a list "
		               "and so on.",
		               "--input \"%s\" names no value",
		               text);
		return false;
	}
	name = arena_copy(
		context->arena, text, (size_t) (equals - text) - (is_json ? 1 : 0));
	if (text_buffer_length(buffer) > 1)
		text_buffer_add_text(buffer, ", ");
	text_buffer_add_text(buffer, json_print_quoted(context->arena, name));
	text_buffer_add_text(buffer, ": ");
	if (!is_json)
	{
		text_buffer_add_text(buffer,
		                     json_print_quoted(context->arena, equals + 1));
		return true;
	}
	if (!inputs_read_value(context,
	                       arena_print(context->arena, "--input %s", name),
	                       equals + 1,
	                       &value))
		return false;
	text_buffer_add(buffer, value.text, value.length);
	return true;
}
