/*
 * command_line.c
 *		What was typed, read by the table of commands.
 */
#include "command_line.h"

#include <stdio.h>
#include <string.h>

typedef struct Reader
{
	Arena *arena;
	char *const *at;
	CommandLine *line;
	CommandGiven *given;
	const char **words;
	Error *error;
} Reader;

static Status read_words(Reader *reader);
static Status read_long(Reader *reader, const char *text);
static Status read_letters(Reader *reader, const char *text);
static Status read_value(Reader *reader, const CommandOption *option,
                         const char *attached, const char *shown);
static const CommandOption *
find_option(const Command *command, const char *name, size_t length);
static const CommandOption *find_letter(const Command *command, char letter);
static const Command *
find_command(char *const *values, Arena *arena, Error *error);
static const Command *find_named(const char *name, const Command *fallback);
static int count_common(char *const *values);
static void drop_name(CommandLine *line);
static Status check_count(const CommandLine *line, Error *error);
static Status
fail(Error *error, const char *before, const char *text, const char *after);

Status
command_line_read(Arena *arena, char *const *values, CommandLine *line,
                  Error *error)
{
	size_t count = 0;
	Reader reader = {.arena = arena, .line = line, .error = error};
	int words = 0;
	Status status;

	while (values[count])
		count++;
	memset(line, 0, sizeof(*line));
	line->command = find_command(values, arena, error);
	if (line->command == NULL)
		return error->status;
	/* One letter of a word may be an option each. */
	for (size_t i = 0; i < count; i++)
		words += (int) strlen(values[i]);
	reader.given =
		arena_alloc(arena, ((size_t) words + 1) * sizeof(CommandGiven));
	reader.words = arena_alloc(arena, (count + 1) * sizeof(char *));
	line->given = reader.given;
	line->words = reader.words;
	reader.at = values;
	status = read_words(&reader);
	if (status != STATUS_OK)
		return status;
	drop_name(line);
	if (command_line_has(line, "help"))
		return STATUS_OK;
	return check_count(line, error);
}

const char *
command_line_text(const CommandLine *line, const char *option)
{
	const char *text = NULL;
	const char *next;
	int at = 0;

	while ((next = command_line_next(line, option, &at)) != NULL)
		text = next;
	return text;
}

bool
command_line_has(const CommandLine *line, const char *option)
{
	return command_line_text(line, option) != NULL;
}

const char *
command_line_next(const CommandLine *line, const char *option, int *at)
{
	while (*at < line->given_count)
	{
		const CommandGiven *given = &line->given[(*at)++];

		if (strcmp(given->option->name, option) == 0)
			return given->value;
	}
	return NULL;
}

const char *
command_line_word(const CommandLine *line, int index)
{
	return index < line->count ? line->words[index] : NULL;
}

static Status
read_words(Reader *reader)
{
	Status status = STATUS_OK;
	bool has_ended = false;

	while (status == STATUS_OK && *reader->at)
	{
		const char *text = *reader->at++;

		if (has_ended || text[0] != '-' || text[1] == '\0')
			reader->words[reader->line->count++] = text;
		else if (strcmp(text, "--") == 0)
			has_ended = true;
		else if (text[1] == '-')
			status = read_long(reader, text + 2);
		else
			status = read_letters(reader, text + 1);
	}
	return status;
}

static Status
read_long(Reader *reader, const char *text)
{
	size_t length = strcspn(text, "=");
	const CommandOption *option =
		find_option(reader->line->command, text, length);
	const char *shown =
		arena_print(reader->arena, "--%.*s", (int) length, text);

	if (option == NULL)
		return fail(reader->error, "there is no option ", shown, " here");
	return read_value(
		reader, option, text[length] ? text + length + 1 : NULL, shown);
}

/* "-ojson" is "-o json". */
static Status
read_letters(Reader *reader, const char *text)
{
	Status status = STATUS_OK;

	while (status == STATUS_OK && *text)
	{
		const CommandOption *option = find_letter(reader->line->command, *text);
		const char *shown = arena_print(reader->arena, "-%c", *text);

		if (option == NULL)
			return fail(reader->error, "there is no option ", shown, " here");
		text++;
		if (option->value)
			return read_value(reader, option, *text ? text : NULL, shown);
		status = read_value(reader, option, NULL, shown);
	}
	return status;
}

static Status
read_value(Reader *reader, const CommandOption *option, const char *attached,
           const char *shown)
{
	CommandGiven *given = &reader->given[reader->line->given_count];

	given->option = option;
	given->value = attached;
	if (option->value == NULL)
	{
		if (attached)
			return fail(reader->error, "", shown, " takes no value");
		given->value = "";
	}
	else if (attached == NULL)
	{
		if (*reader->at == NULL)
			return fail(reader->error, "", shown, " wants a value");
		given->value = *reader->at++;
	}
	reader->line->given_count++;
	return STATUS_OK;
}

static const CommandOption *
find_option(const Command *command, const char *name, size_t length)
{
	const CommandOption *const lists[] = {command->options, command_options};

	for (size_t i = 0; i < 2; i++)
	{
		for (const CommandOption *option = lists[i]; option && option->name;
		     option++)
		{
			if (strncmp(option->name, name, length) == 0 &&
			    option->name[length] == '\0')
				return option;
		}
	}
	return NULL;
}

static const CommandOption *
find_letter(const Command *command, char letter)
{
	const CommandOption *const lists[] = {command->options, command_options};

	for (size_t i = 0; i < 2; i++)
	{
		for (const CommandOption *option = lists[i]; option && option->name;
		     option++)
		{
			if (option->letter == letter)
				return option;
		}
	}
	return NULL;
}

/*
 * The command comes before its own options, whose values could not be told
 * from its name else; those that every command takes may stand before it.
 */
static const Command *
find_command(char *const *values, Arena *arena, Error *error)
{
	const Command *found = NULL;
	const char *name = "";

	while (*values && strchr(name, ' ') == NULL)
	{
		int skipped = count_common(values);

		/* An option of the command's own ends its name. */
		if (skipped == 0)
			break;
		if ((*values)[0] != '-' || (*values)[1] == '\0')
		{
			name =
				arena_print(arena, "%s%s%s", name, *name ? " " : "", *values);
			found = find_named(name, found);
		}
		values += skipped;
	}
	if (found == NULL && *name == '\0')
		found = commands; /* help is the first */
	if (found == NULL)
		fail(error, "there is no command \"", name, "\"");
	return found;
}

/* fallback where there is none of that name. */
static const Command *
find_named(const char *name, const Command *fallback)
{
	for (const Command *command = commands; command->name; command++)
	{
		if (strcmp(command->name, name) == 0)
			return command;
	}
	return fallback;
}

/*
 * How many values a word takes, or an option of every command with its value; 0
 * for any other option.
 */
static int
count_common(char *const *values)
{
	static const Command any = {.options = NULL};
	const char *text = *values;
	const CommandOption *option;
	bool is_long = text[0] == '-' && text[1] == '-';

	if (text[0] != '-' || text[1] == '\0')
		return 1;
	option = is_long ? find_option(&any, text + 2, strcspn(text + 2, "="))
	                 : find_letter(&any, text[1]);
	if (option == NULL)
		return 0;
	if (option->value == NULL || values[1] == NULL ||
	    (is_long ? strchr(text, '=') != NULL : text[2] != '\0'))
		return 1;
	return 2;
}

/* The words of the command's name come first. */
static void
drop_name(CommandLine *line)
{
	int words = command_words(line->command);

	if (words > line->count)
		words = line->count;
	line->count -= words;
	line->words += words;
}

static Status
check_count(const CommandLine *line, Error *error)
{
	const Command *command = line->command;

	if (line->count >= command->fewest &&
	    (command->most < 0 || line->count <= command->most))
		return STATUS_OK;
	error_set(error,
	          STATUS_INVALID,
	          "\"%s\" wants %s than %d words behind it",
	          command->name,
	          line->count < command->fewest ? "more" : "less",
	          line->count);
	snprintf(error->hint,
	         sizeof(error->hint),
	         "Usage: mcpctl %s %s",
	         command->name,
	         command->arguments);
	return error->status;
}

static Status
fail(Error *error, const char *before, const char *text, const char *after)
{
	error_set(error, STATUS_INVALID, "%s%s%s", before, text, after);
	error_copy_text(error->hint,
	                sizeof(error->hint),
	                "`mcpctl help` lists the commands, `mcpctl help COMMAND` "
	                "says what one takes.");
	return error->status;
}
