/*
 * manual_json.c
 *		The table of commands for programs, the tests among them.
 */
#include "exit_code.h"
#include "json_write.h"
#include "manual.h"

static void write_command(JsonWriter *writer, const Command *command);
static void write_options(JsonWriter *writer, const CommandOption *options);
static void
write_member(JsonWriter *writer, const char *name, const char *text);

void
manual_print_json(TextBuffer *buffer, Arena *arena)
{
	JsonWriter *writer = json_writer_create();

	json_write_open(writer, '{');
	json_write_name(writer, "commands");
	json_write_open(writer, '[');
	for (const Command *command = commands; command->name; command++)
		write_command(writer, command);
	json_write_close(writer, ']');
	json_write_name(writer, "options");
	write_options(writer, command_options);
	json_write_name(writer, "exit_codes");
	json_write_open(writer, '[');
	for (const ExitMeaning *meaning = exit_meanings; meaning->text; meaning++)
	{
		json_write_open(writer, '{');
		json_write_name(writer, "code");
		json_write_integer(writer, meaning->code);
		write_member(writer, "text", meaning->text);
		json_write_close(writer, '}');
	}
	json_write_close(writer, ']');
	json_write_close(writer, '}');
	text_buffer_add_text(buffer, json_writer_text(writer));
	text_buffer_add_text(buffer, "\n");
	json_writer_destroy(writer);
}

static void
write_command(JsonWriter *writer, const Command *command)
{
	json_write_open(writer, '{');
	write_member(writer, "name", command->name);
	write_member(writer, "arguments", command->arguments);
	write_member(writer, "summary", command->summary);
	write_member(writer, "example", command->example);
	json_write_name(writer, "is_hidden");
	json_write_bool(writer, command->is_hidden);
	json_write_name(writer, "options");
	write_options(writer, command->options);
	json_write_close(writer, '}');
}

static void
write_options(JsonWriter *writer, const CommandOption *options)
{
	json_write_open(writer, '[');
	for (; options && options->name; options++)
	{
		json_write_open(writer, '{');
		write_member(writer, "name", options->name);
		write_member(writer, "value", options->value);
		write_member(writer, "text", options->text);
		json_write_close(writer, '}');
	}
	json_write_close(writer, ']');
}

static void
write_member(JsonWriter *writer, const char *name, const char *text)
{
	json_write_name(writer, name);
	json_write_text(writer, text);
}
