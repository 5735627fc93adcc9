/*
 * arguments.h
 *		What the command line says, and what the program's exit code tells.
 */
#ifndef MCPD_ARGUMENTS_H
#define MCPD_ARGUMENTS_H

typedef enum Exit
{
	EXIT_FINE = 0,
	EXIT_CANNOT_START = 1,
	EXIT_BAD_CONFIG = 2 /* COMPAT "Environment" */
} Exit;

typedef struct Arguments
{
	const char *env_file; /* NULL: .env */
	const char *secret;   /* the name of one to seal; NULL: be a daemon */
} Arguments;

/* Exits by itself where all that is asked for is a text, or nothing it knows. */
extern void arguments_read(int count, char **values, Arguments *arguments);

#endif
