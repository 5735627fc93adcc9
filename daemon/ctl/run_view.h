/*
 * run_view.h
 *		A run as people read it: its steps, what it came to.
 */
#ifndef MCPCTL_RUN_VIEW_H
#define MCPCTL_RUN_VIEW_H

#include "context.h"

/* SUCCESS, FAILED or CANCELLED. */
extern bool run_view_is_over(Arena *arena, JsonView run);

/* EXIT_DONE for SUCCESS, EXIT_OUTCOME for another end. */
extern ExitCode run_view_code(Arena *arena, JsonView run);

/*
 * A line for each step: sign, name, status, time, what came of it; and one for
 * the run, or several.
 */
extern void run_view_print(Arena *arena, const Terminal *terminal, JsonView run,
                           TextBuffer *buffer);

/* The run in the form that -o says; why it failed on standard error. */
extern void run_view_output(Context *context, JsonView run);

#endif
