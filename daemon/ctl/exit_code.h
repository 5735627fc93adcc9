/*
 * exit_code.h
 *		What the program's exit code tells a script, each with its words.
 */
#ifndef MCPCTL_EXIT_CODE_H
#define MCPCTL_EXIT_CODE_H

#include "status.h"

typedef enum ExitCode
{
	EXIT_DONE = 0,
	EXIT_OUTCOME = 1,
	EXIT_USAGE = 2,
	EXIT_NOT_FOUND = 3,
	EXIT_REFUSED = 4,
	EXIT_CONFLICT = 5,
	EXIT_UNREACHABLE = 6,
	EXIT_RULE = 7,
	EXIT_TIMEOUT = 8,
	EXIT_FAULT = 9,
	EXIT_INTERRUPTED = 130
} ExitCode;

typedef struct ExitMeaning
{
	ExitCode code;
	const char *text; /* NULL ends the table */
} ExitMeaning;

/* For the help and the manual, in order of their numbers. */
extern const ExitMeaning exit_meanings[];

/* Of a request that was answered, or not, like that. */
extern ExitCode exit_code_of(Status status);

#endif
