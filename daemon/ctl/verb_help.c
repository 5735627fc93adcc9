/*
 * verb_help.c
 *		help, completion: the commands, and what each takes, from their table.
 */
#include "manual.h"
#include "verb.h"

#include <stdio.h>
#include <string.h>

static bool print_form(Context *context);
static void print_all(Context *context);
static void print_group(Context *context, const char *name);
static void print_one(Context *context, const Command *command);
static void print_options(Context *context, const CommandOption *options);
static const Command *find(const char *name);
static bool is_group(const char *name);

ExitCode
verb_help(Context *context)
{
	const char *first = command_line_word(context->line, 0);
	const char *second = command_line_word(context->line, 1);
	const char *name = first;
	const Command *command;

	if (print_form(context))
		return EXIT_DONE;
	if (first && second)
		name = arena_print(context->arena, "%s %s", first, second);
	if (name == NULL)
	{
		print_all(context);
		return EXIT_DONE;
	}
	command = find(name);
	if (command)
		print_one(context, command);
	else if (is_group(name))
		print_group(context, name);
	else
		return context_refuse(context,
		                      "`mcpctl help` lists them.",
		                      "there is no command \"%s\"",
		                      name);
	return EXIT_DONE;
}

ExitCode
verb_help_of(Context *context, const Command *command)
{
	if (command->verb == verb_help)
		print_all(context);
	else
		print_one(context, command);
	return EXIT_DONE;
}

ExitCode
verb_completion(Context *context)
{
	TextBuffer *buffer = text_buffer_create(context->arena);

	if (strcmp(command_line_word(context->line, 0), "bash") != 0)
		return context_refuse(
			context, NULL, "there is completion for bash only");
	manual_print_completion(buffer, context->arena);
	fputs(text_buffer_text(buffer), stdout);
	return EXIT_DONE;
}

/* The forms that are no page of help. */
static bool
print_form(Context *context)
{
	static const struct
	{
		const char *option;
		void (*print)(TextBuffer *buffer, Arena *arena);
	} forms[] = {{"json", manual_print_json},
	             {"man", manual_print_roff},
	             {"markdown", manual_print_markdown}};
	TextBuffer *buffer = text_buffer_create(context->arena);

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
	{
		if (!command_line_has(context->line, forms[i].option))
			continue;
		forms[i].print(buffer, context->arena);
		fputs(text_buffer_text(buffer), stdout);
		return true;
	}
	return false;
}

static void
print_all(Context *context)
{
	puts("mcpctl: the registry and the runs of mcp, from a shell\n");
	puts("usage: mcpctl [OPTION...] COMMAND ...\n");
	print_group(context, "");
	puts("\nEvery command takes:");
	print_options(context, command_options);
	puts("\nExit codes:");
	for (const ExitMeaning *meaning = exit_meanings; meaning->text; meaning++)
		printf("  %3d  %s\n", (int) meaning->code, meaning->text);
}

/* "": all. */
static void
print_group(Context *context, const char *name)
{
	static const LayoutSide sides[] = {LAYOUT_LEFT, LAYOUT_LEFT};
	Layout *layout = layout_create(context->arena, 2, sides);
	TextBuffer *buffer = text_buffer_create(context->arena);
	size_t length = strlen(name);

	for (const Command *command = commands; command->name; command++)
	{
		if (command->is_hidden || strncmp(command->name, name, length) != 0)
			continue;
		layout_add(
			layout,
			arena_print(
				context->arena, "  %s %s", command->name, command->arguments),
			PAINT_PLAIN);
		layout_add(layout, command->summary, PAINT_PLAIN);
	}
	layout_print(layout, &context->output.terminal, buffer);
	fputs(text_buffer_text(buffer), stdout);
}

static void
print_one(Context *context, const Command *command)
{
	printf("usage: mcpctl %s%s%s%s\n\n%s",
	       command->name,
	       command->options ? " [OPTION...]" : "",
	       *command->arguments ? " " : "",
	       command->arguments,
	       command->summary);
	puts(*command->text ? ".\n" : ".");
	if (*command->text)
		puts(command->text);
	if (command->options)
	{
		puts("");
		print_options(context, command->options);
	}
	printf("\nexample: %s\n", command->example);
}

static void
print_options(Context *context, const CommandOption *options)
{
	static const LayoutSide sides[] = {LAYOUT_LEFT, LAYOUT_LEFT};
	Layout *layout = layout_create(context->arena, 2, sides);
	TextBuffer *buffer = text_buffer_create(context->arena);

	for (; options->name; options++)
	{
		layout_add(layout,
		           arena_print(context->arena,
		                       "  %s%s",
		                       options->letter ? "" : "    ",
		                       manual_option(context->arena, options)),
		           PAINT_PLAIN);
		layout_add(layout, options->text, PAINT_PLAIN);
	}
	layout_print(layout, &context->output.terminal, buffer);
	fputs(text_buffer_text(buffer), stdout);
}

static const Command *
find(const char *name)
{
	for (const Command *command = commands; command->name; command++)
	{
		if (strcmp(command->name, name) == 0)
			return command;
	}
	return NULL;
}

static bool
is_group(const char *name)
{
	size_t length = strlen(name);

	for (const Command *command = commands; command->name; command++)
	{
		if (strncmp(command->name, name, length) == 0 &&
		    command->name[length] == ' ')
			return true;
	}
	return false;
}
