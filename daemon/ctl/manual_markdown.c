/*
 * manual_markdown.c
 *		The manual as a page of docs/.
 */
#include "exit_code.h"
#include "manual.h"

#include <string.h>

static void
add_command(TextBuffer *buffer, Arena *arena, const Command *command);
static void add_row(TextBuffer *buffer, const char *code, const char *text);
static void
add_options(TextBuffer *buffer, Arena *arena, const CommandOption *options);

void
manual_print_markdown(TextBuffer *buffer, Arena *arena)
{
	text_buffer_add_text(
		buffer,
		"<!-- Made by `mcpctl help --markdown`: change daemon/ctl/ instead. "
		"-->\n# mcpctl\n");
	for (const char *const *text = manual_description; *text; text++)
		text_buffer_add_text(buffer, arena_print(arena, "\n%s\n", *text));
	text_buffer_add_text(
		buffer,
		"\nAfter `make up`: `daemon/mcpctl -e .run/env doctor`. "
		"`make install-programs` puts it beside mcpd in /usr/local/bin, with "
		"its manual for man and its completion for bash.\n\n## Commands\n");
	for (const Command *command = commands; command->name; command++)
		add_command(buffer, arena, command);
	text_buffer_add_text(buffer,
	                     "\n## Options of every command\n\n| | |\n|---|---|\n");
	add_options(buffer, arena, command_options);
	text_buffer_add_text(buffer, "\n## Environment\n\n| | |\n|---|---|\n");
	for (const ManualEntry *entry = manual_environment; entry->name; entry++)
		add_row(buffer, entry->name, entry->text);
	text_buffer_add_text(buffer, "\n## Files\n\n| | |\n|---|---|\n");
	for (const ManualEntry *entry = manual_files; entry->name; entry++)
		add_row(buffer, entry->name, entry->text);
	text_buffer_add_text(buffer,
	                     "\n## Exit codes\n\n| code | meaning |\n|---|---|\n");
	for (const ExitMeaning *meaning = exit_meanings; meaning->text; meaning++)
		add_row(buffer,
		        arena_print(arena, "%d", (int) meaning->code),
		        meaning->text);
}

static void
add_command(TextBuffer *buffer, Arena *arena, const Command *command)
{
	if (command->is_hidden)
		return;
	text_buffer_add_text(buffer,
	                     arena_print(arena,
	                                 "\n### %s\n\n`mcpctl %s%s%s`: %s.\n",
	                                 command->name,
	                                 command->name,
	                                 *command->arguments ? " " : "",
	                                 command->arguments,
	                                 command->summary));
	if (*command->text)
		text_buffer_add_text(buffer,
		                     arena_print(arena, "\n%s\n", command->text));
	if (command->options)
	{
		text_buffer_add_text(buffer, "\n| option | |\n|---|---|\n");
		add_options(buffer, arena, command->options);
	}
	text_buffer_add_text(buffer,
	                     arena_print(arena, "\n    %s\n", command->example));
}

/* A bar within a cell would end it. */
static void
add_row(TextBuffer *buffer, const char *code, const char *text)
{
	text_buffer_add_text(buffer, "| `");
	text_buffer_add_text(buffer, code);
	text_buffer_add_text(buffer, "` | ");
	for (; *text; text++)
	{
		if (*text == '|')
			text_buffer_add_text(buffer, "\\");
		text_buffer_add(buffer, text, 1);
	}
	text_buffer_add_text(buffer, " |\n");
}

static void
add_options(TextBuffer *buffer, Arena *arena, const CommandOption *options)
{
	for (; options->name; options++)
		add_row(buffer, manual_option(arena, options), options->text);
}
