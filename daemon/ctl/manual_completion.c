/*
 * manual_completion.c
 *		What bash completes: commands, their options, and the names that mcp has.
 *
 * Names are asked for by mcpctl itself, within two seconds and without a word
 * where it cannot; nothing else of the script depends on who answers.
 */
#include "kind.h"
#include "manual.h"

#include <string.h>

static const char script_head[] =
	"# bash completion of mcpctl, made by `mcpctl completion bash`\n"
	"_mcpctl_names() {\n"
	"\ttimeout 2 \"${COMP_WORDS[0]}\" -q list \"$1\" -o name 2>/dev/null\n"
	"}\n\n"
	"_mcpctl_noun() {\n"
	"\tcase $1 in\n"
	"\t\tmcp | workflow | run | schedule | key)\n"
	"\t\t\tmapfile -t COMPREPLY < <(compgen -W \"$(_mcpctl_names \"$1\")\" -- \"$2\")\n"
	"\t\t\t;;\n"
	"\t\tkind) mapfile -t COMPREPLY < <(compgen -W '";

static const char script_middle[] =
	"' -- \"$2\") ;;\n"
	"\t\tform) mapfile -t COMPREPLY < <(compgen -W 'table json jsonl name' -- \"$2\") ;;\n"
	"\t\tdrawing) mapfile -t COMPREPLY < <(compgen -W 'ascii dot mermaid' -- \"$2\") ;;\n"
	"\t\tfile) mapfile -t COMPREPLY < <(compgen -f -- \"$2\") ;;\n"
	"\tesac\n"
	"}\n\n"
	"_mcpctl() {\n"
	"\tlocal current=$2 previous=$3 words=() word\n"
	"\tCOMPREPLY=()\n"
	"\tfor word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
	"\t\t[[ $word == -* ]] || words+=(\"$word\")\n"
	"\tdone\n"
	"\tcase \"${words[0]} ${words[1]}\" in\n";

static const char script_end[] = "complete -o bashdefault -F _mcpctl mcpctl\n";

static void
add_command(TextBuffer *buffer, Arena *arena, const Command *command);
static void
add_values(TextBuffer *buffer, Arena *arena, const CommandOption *options);
static void add_option_names(TextBuffer *buffer, const CommandOption *options);
static void add_first_words(TextBuffer *buffer, Arena *arena);
static bool is_known(const Command *command, size_t length);
static const char *name_of(Noun noun);

void
manual_print_completion(TextBuffer *buffer, Arena *arena)
{
	text_buffer_add_text(buffer, script_head);
	for (const Kind *kind = kinds; kind->singular; kind++)
		text_buffer_add_text(
			buffer,
			arena_print(
				arena, "%s%s", kind == kinds ? "" : " ", kind->singular));
	text_buffer_add_text(buffer, script_middle);
	for (const Command *command = commands; command->name; command++)
	{
		if (!command->is_hidden)
			add_command(buffer, arena, command);
	}
	add_first_words(buffer, arena);
	text_buffer_add_text(buffer, "\tesac\n}\n\n");
	text_buffer_add_text(buffer, script_end);
}

static void
add_command(TextBuffer *buffer, Arena *arena, const Command *command)
{
	int words = command_words(command);

	text_buffer_add_text(buffer,
	                     arena_print(arena,
	                                 "\t\t\"%s\"%s)\n\t\t\tcase $previous in\n",
	                                 command->name,
	                                 words == 1 ? "\\ *" : ""));
	add_values(buffer, arena, command->options);
	add_values(buffer, arena, command_options);
	text_buffer_add_text(buffer,
	                     "\t\t\tesac\n\t\t\tif [[ $current == -* ]]; then\n"
	                     "\t\t\t\tmapfile -t COMPREPLY < <(compgen -W '");
	add_option_names(buffer, command->options);
	add_option_names(buffer, command_options);
	text_buffer_add_text(
		buffer,
		arena_print(arena,
	                "' -- \"$current\")\n\t\t\telif ((${#words[@]} == %d)); "
	                "then\n\t\t\t\t_mcpctl_noun %s \"$current\"\n",
	                words,
	                name_of(command->nouns[0])));
	/* The name behind a kind is one of that kind. */
	if (command->nouns[0] == NOUN_KIND && command->nouns[1] != NOUN_NONE)
		text_buffer_add_text(
			buffer,
			arena_print(arena,
		                "\t\t\telif ((${#words[@]} == %d)); then\n"
		                "\t\t\t\t_mcpctl_noun \"${words[%d]}\" "
		                "\"$current\"\n",
		                words + 1,
		                words));
	text_buffer_add_text(buffer, "\t\t\tfi\n\t\t\t;;\n");
}

static void
add_values(TextBuffer *buffer, Arena *arena, const CommandOption *options)
{
	for (; options && options->name; options++)
	{
		if (options->value == NULL)
			continue;
		text_buffer_add_text(buffer, "\t\t\t\t");
		if (options->letter)
			text_buffer_add_text(buffer,
			                     arena_print(arena, "-%c | ", options->letter));
		text_buffer_add_text(
			buffer,
			arena_print(arena,
		                "--%s) _mcpctl_noun %s \"$current\"; return ;;\n",
		                options->name,
		                name_of(options->noun)));
	}
}

static void
add_option_names(TextBuffer *buffer, const CommandOption *options)
{
	for (; options && options->name; options++)
	{
		text_buffer_add_text(buffer, "--");
		text_buffer_add_text(buffer, options->name);
		text_buffer_add_text(buffer, " ");
	}
}

/* What is no command yet: its first word, or the second of a group. */
static void
add_first_words(TextBuffer *buffer, Arena *arena)
{
	for (const Command *command = commands; command->name; command++)
	{
		size_t length = strcspn(command->name, " ");

		if (command->name[length] == '\0' || command->is_hidden ||
		    is_known(command, length))
			continue;
		text_buffer_add_text(
			buffer,
			arena_print(arena,
		                "\t\t\"%.*s\"\\ *) mapfile -t COMPREPLY < "
		                "<(compgen -W '",
		                (int) length,
		                command->name));
		for (const Command *one = commands; one->name; one++)
		{
			if (strncmp(one->name, command->name, length) == 0 &&
			    one->name[length] == ' ')
				text_buffer_add_text(
					buffer, arena_print(arena, "%s ", one->name + length + 1));
		}
		text_buffer_add_text(buffer, "' -- \"$current\") ;;\n");
	}
	text_buffer_add_text(buffer,
	                     "\t\t*) mapfile -t COMPREPLY < <(compgen -W '");
	for (const Command *command = commands; command->name; command++)
	{
		size_t length = strcspn(command->name, " ");

		if (!command->is_hidden && !is_known(command, length))
			text_buffer_add_text(
				buffer,
				arena_print(arena, "%.*s ", (int) length, command->name));
	}
	text_buffer_add_text(buffer, "' -- \"$current\") ;;\n");
}

/* Whether a row above it begins with the same word. */
static bool
is_known(const Command *command, size_t length)
{
	for (const Command *one = commands; one < command; one++)
	{
		if (strncmp(one->name, command->name, length) == 0 &&
		    (one->name[length] == ' ' || one->name[length] == '\0'))
			return true;
	}
	return false;
}

static const char *
name_of(Noun noun)
{
	static const char *const names[] = {
		[NOUN_NONE] = "none",
		[NOUN_TEXT] = "text",
		[NOUN_FILE] = "file",
		[NOUN_KIND] = "kind",
		[NOUN_MCP] = "mcp",
		[NOUN_WORKFLOW] = "workflow",
		[NOUN_RUN] = "run",
		[NOUN_SCHEDULE] = "schedule",
		[NOUN_KEY] = "key",
		[NOUN_FORM] = "form",
		[NOUN_DRAWING] = "drawing",
	};

	return names[noun];
}
