/*
 * command.h
 *		The commands: one table that is run, and told of in every form.
 *
 * Help, manual, completion and the tests' list are all made of these rows, so
 * that none of them can say what another does not.
 */
#ifndef MCPCTL_COMMAND_H
#define MCPCTL_COMMAND_H

#include "exit_code.h"

#include <stdbool.h>

/* What a word or a value of an option is, for completion. */
typedef enum Noun
{
	NOUN_NONE, /* no word, or an option without value */
	NOUN_TEXT,
	NOUN_FILE,
	NOUN_KIND,
	NOUN_MCP,
	NOUN_WORKFLOW,
	NOUN_RUN,
	NOUN_SCHEDULE,
	NOUN_KEY,
	NOUN_FORM,
	NOUN_DRAWING
} Noun;

typedef struct CommandOption
{
	const char *name;  /* NULL ends a list */
	char letter;       /* '\0': none */
	const char *value; /* as the help names it; NULL: a flag */
	Noun noun;
	bool is_repeated;
	const char *text;
} CommandOption;

typedef struct Context Context;

typedef struct Command
{
	const char *name;      /* "run start"; NULL ends the table */
	const char *arguments; /* as the help shows them; "" */
	int fewest;            /* of the words behind the name */
	int most;              /* -1: any number */
	Noun nouns[2];         /* of the first and of the others */
	const char *summary;   /* one line, no period */
	const char *text;      /* more of it; "" */
	const char *example;   /* a whole command line */
	bool is_hidden;
	bool needs_link; /* asks mcp something */
	ExitCode (*verb)(Context *context);
	const CommandOption *options; /* NULL: none of its own */
} Command;

extern const Command commands[];

/* Those that every command takes. */
extern const CommandOption command_options[];

/* How many words the name has. */
extern int command_words(const Command *command);

#endif
