/*
 * command_line.h
 *		What was typed, read by the table of commands.
 *
 * Options may stand anywhere; "--" ends them.  Nothing is looked at here but
 * whether the command takes it.
 */
#ifndef MCPCTL_COMMAND_LINE_H
#define MCPCTL_COMMAND_LINE_H

#include "arena.h"
#include "command.h"
#include "status.h"

typedef struct CommandLine
{
	const Command *command;
	int count; /* of the words behind the command's name */
	const char **words;
	int given_count;
	const struct CommandGiven *given; /* options, in order */
} CommandLine;

typedef struct CommandGiven
{
	const CommandOption *option;
	const char *value; /* "" for a flag */
} CommandGiven;

/* values: argv without the program's name, ended by NULL. */
extern Status command_line_read(Arena *arena, char *const *values,
                                CommandLine *line, Error *error) MUST_CHECK;

/* The last one that was given; NULL: none. */
extern const char *
command_line_text(const CommandLine *line, const char *option);
extern bool command_line_has(const CommandLine *line, const char *option);

/* All that were given: *at is 0 before the first; NULL past the last. */
extern const char *
command_line_next(const CommandLine *line, const char *option, int *at);

/* The word at index, or NULL. */
extern const char *command_line_word(const CommandLine *line, int index);

#endif
