/*
 * manual.h
 *		The table of commands told in other forms: for man, for the docs, for
 *		programs, for the shell.
 */
#ifndef MCPCTL_MANUAL_H
#define MCPCTL_MANUAL_H

#include "command.h"
#include "text_buffer.h"

#define MCPCTL_VERSION "1.1"

typedef struct ManualEntry
{
	const char *name; /* NULL ends a table */
	const char *text;
} ManualEntry;

/* Variables and files that are read, the first that is there first. */
extern const ManualEntry manual_environment[];
extern const ManualEntry manual_files[];

/* A few paragraphs: what it is for, how it finds mcp. */
extern const char *const manual_description[];

extern void manual_print_roff(TextBuffer *buffer, Arena *arena);
extern void manual_print_markdown(TextBuffer *buffer, Arena *arena);
extern void manual_print_json(TextBuffer *buffer, Arena *arena);

/* What bash is to source. */
extern void manual_print_completion(TextBuffer *buffer, Arena *arena);

/* "-o, --output FORM": as every form shows an option. */
extern const char *manual_option(Arena *arena, const CommandOption *option);

#endif
