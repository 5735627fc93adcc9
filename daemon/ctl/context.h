/*
 * context.h
 *		What a command works with: its line, the way to mcp, its outputs.
 */
#ifndef MCPCTL_CONTEXT_H
#define MCPCTL_CONTEXT_H

#include "command_line.h"
#include "link.h"
#include "output.h"

struct Context
{
	Arena *arena;
	const CommandLine *line;
	Settings settings;
	Link *link;        /* opened; nothing was asked yet */
	Output output;     /* standard output */
	Terminal messages; /* standard error */
	ExitCode code;     /* of what failed last */
};

/* On failure tells about it and sets code; the answer lives as long as arena. */
extern Status
context_ask(Context *context, const Ask *ask, JsonView *answer) MUST_CHECK;

/* Tells why, and returns EXIT_USAGE. */
extern ExitCode
context_refuse(Context *context, const char *hint, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* A line on standard error, unless --quiet is given. */
extern void context_say(const Context *context, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Tells of a failure that no request had, and returns its exit code. */
extern ExitCode
context_fail(const Context *context, const char *about, const Error *error);

/*
 * An option that is a whole number.  False, told and with code set, where it is
 * none from least to most.
 */
extern bool context_number(Context *context, const char *option, int least,
                           int most, int fallback, int *number);

/* A time of --timeout in seconds, "90", "1.5", "2m", "1h"; 0: none is given. */
extern bool context_timeout(Context *context, double *seconds);

#endif
