/*
 * main.c
 *		mcpctl: reads the line, finds the command, ends with its code.
 */
#include "manual.h"
#include "settings.h"
#include "verb.h"

#include <locale.h>
#include <stdio.h>
#include <unistd.h>

static ExitCode run(Context *context, char *const *values);
static bool read_form(Context *context);
static bool read_settings(Context *context);

int
main(int argc, char **argv)
{
	Context context = {.arena = arena_create()};
	ExitCode code;

	setlocale(LC_CTYPE, "");
	terminal_look(&context.output.terminal, STDOUT_FILENO);
	terminal_look(&context.messages, STDERR_FILENO);
	context.output.arena = context.arena;
	code = run(&context, argc > 0 ? argv + 1 : argv);
	/* What could not be written was not done: a disk may be full. */
	if (fflush(stdout) != 0 && code == EXIT_DONE)
		code = EXIT_FAULT;
	link_close(context.link);
	arena_destroy(context.arena);
	return (int) code;
}

static ExitCode
run(Context *context, char *const *values)
{
	CommandLine *line = arena_alloc(context->arena, sizeof(*line));
	Error error = {.status = STATUS_OK};

	context->line = line;
	if (command_line_read(context->arena, values, line, &error) != STATUS_OK)
	{
		context_fail(context, NULL, &error);
		return EXIT_USAGE;
	}
	if (command_line_has(line, "version"))
	{
		puts("mcpctl " MCPCTL_VERSION);
		return EXIT_DONE;
	}
	if (!read_form(context))
		return EXIT_USAGE;
	if (command_line_has(line, "help"))
		return verb_help_of(context, line->command);
	if (line->command->needs_link && !read_settings(context))
		return EXIT_USAGE;
	return line->command->verb(context);
}

static bool
read_form(Context *context)
{
	const char *form = command_line_text(context->line, "output");

	if (form == NULL || output_parse_form(form, &context->output.form))
		return true;
	context_refuse(context,
	               "There are table, json, jsonl and name.",
	               "there is no form \"%s\"",
	               form);
	return false;
}

static bool
read_settings(Context *context)
{
	const CommandLine *line = context->line;
	SettingsGiven given = {
		.url = command_line_text(line, "url"),
		.key_file = command_line_text(line, "key-file"),
		.env_file = command_line_text(line, "env-file"),
		.is_direct = command_line_has(line, "direct"),
	};
	Error error = {.status = STATUS_OK};

	if (settings_read(context->arena, &given, &context->settings, &error) !=
	    STATUS_OK)
	{
		context_fail(context, NULL, &error);
		return false;
	}
	context->link = link_open(&context->settings);
	return true;
}
