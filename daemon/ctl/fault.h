/*
 * fault.h
 *		Why a request came to nothing, and how people are told.
 *
 * One line for each problem: where, what; below it, what would be right.  The
 * same from the daemon's problem+json and from PostgreSQL itself.
 */
#ifndef MCPCTL_FAULT_H
#define MCPCTL_FAULT_H

#include "json_view.h"
#include "status.h"
#include "terminal.h"

typedef struct Fault
{
	Error error;
	JsonView problems;    /* [{path, rule, message, hint}], or absent */
	char request_id[128]; /* "" where there is none */
} Fault;

/*
 * Reads an answer of HTTP that is no 2xx.  The view lives as long as the body;
 * where it is no problem+json the code alone counts.
 */
extern void fault_read(Arena *arena, int code, JsonView body, Fault *fault);

/* On standard error.  about: what the problems are of, or NULL. */
extern void fault_print(Arena *arena, const Terminal *terminal,
                        const char *about, const Fault *fault);

/* The lines of one problem, indented below a line that says what it is of. */
extern void fault_print_problem(Arena *arena, const Terminal *terminal,
                                const char *about, JsonView problem);

#endif
