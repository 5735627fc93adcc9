/*
 * manual_roff.c
 *		The manual for man(1).
 */
#include "exit_code.h"
#include "manual.h"

#include <string.h>

static void add(TextBuffer *buffer, const char *text);
static void
add_options(TextBuffer *buffer, Arena *arena, const CommandOption *options);
static void add_entries(TextBuffer *buffer, const ManualEntry *entries);
static void
add_command(TextBuffer *buffer, Arena *arena, const Command *command);

void
manual_print_roff(TextBuffer *buffer, Arena *arena)
{
	text_buffer_add_text(buffer,
	                     ".TH MCPCTL 1 \"\" \"mcp " MCPCTL_VERSION
	                     "\" \"User Commands\"\n.SH NAME\nmcpctl \\- the "
	                     "registry and the runs of mcp, from a shell\n"
	                     ".SH SYNOPSIS\n.B mcpctl\n[OPTION...] COMMAND ...\n"
	                     ".SH DESCRIPTION\n");
	for (const char *const *text = manual_description; *text; text++)
	{
		add(buffer, *text);
		text_buffer_add_text(buffer, "\n.PP\n");
	}
	text_buffer_add_text(buffer, ".SH COMMANDS\n");
	for (const Command *command = commands; command->name; command++)
		add_command(buffer, arena, command);
	text_buffer_add_text(buffer, ".SH OPTIONS\nEvery command takes these.\n");
	add_options(buffer, arena, command_options);
	text_buffer_add_text(buffer, ".SH ENVIRONMENT\n");
	add_entries(buffer, manual_environment);
	text_buffer_add_text(buffer, ".SH FILES\n");
	add_entries(buffer, manual_files);
	text_buffer_add_text(buffer, ".SH EXIT STATUS\n");
	for (const ExitMeaning *meaning = exit_meanings; meaning->text; meaning++)
	{
		text_buffer_add_text(
			buffer, arena_print(arena, ".TP\n.B %d\n", (int) meaning->code));
		add(buffer, meaning->text);
		text_buffer_add_text(buffer, "\n");
	}
}

/* A hyphen is a minus, and no line of text is a request. */
static void
add(TextBuffer *buffer, const char *text)
{
	for (bool is_first = true; *text; text++, is_first = false)
	{
		if (is_first && (*text == '.' || *text == '\''))
			text_buffer_add_text(buffer, "\\&");
		if (*text == '-' || *text == '\\')
			text_buffer_add_text(buffer, "\\");
		if (*text == '\\')
			text_buffer_add_text(buffer, "e");
		else
			text_buffer_add(buffer, text, 1);
	}
}

static void
add_options(TextBuffer *buffer, Arena *arena, const CommandOption *options)
{
	for (; options->name; options++)
	{
		text_buffer_add_text(buffer, ".TP\n.B ");
		add(buffer, manual_option(arena, options));
		text_buffer_add_text(buffer, "\n");
		add(buffer, options->text);
		text_buffer_add_text(buffer, "\n");
	}
}

static void
add_entries(TextBuffer *buffer, const ManualEntry *entries)
{
	for (; entries->name; entries++)
	{
		text_buffer_add_text(buffer, ".TP\n.B ");
		add(buffer, entries->name);
		text_buffer_add_text(buffer, "\n");
		add(buffer, entries->text);
		text_buffer_add_text(buffer, "\n");
	}
}

static void
add_command(TextBuffer *buffer, Arena *arena, const Command *command)
{
	if (command->is_hidden)
		return;
	text_buffer_add_text(buffer, ".SS ");
	add(buffer, arena_print(arena, "%s %s", command->name, command->arguments));
	text_buffer_add_text(buffer, "\n");
	add(buffer, command->summary);
	text_buffer_add_text(buffer, ".\n");
	if (*command->text)
	{
		text_buffer_add_text(buffer, ".PP\n");
		add(buffer, command->text);
		text_buffer_add_text(buffer, "\n");
	}
	if (command->options)
		add_options(buffer, arena, command->options);
	text_buffer_add_text(buffer, ".PP\n.EX\n");
	add(buffer, command->example);
	text_buffer_add_text(buffer, "\n.EE\n");
}
