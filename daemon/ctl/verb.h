/*
 * verb.h
 *		What each command does.
 */
#ifndef MCPCTL_VERB_H
#define MCPCTL_VERB_H

#include "context.h"

extern ExitCode verb_help(Context *context);

/* What --help of a command prints. */
extern ExitCode verb_help_of(Context *context, const Command *command);

extern ExitCode verb_get(Context *context);
extern ExitCode verb_list(Context *context);
extern ExitCode verb_run_start(Context *context);
extern ExitCode verb_run_wait(Context *context);
extern ExitCode verb_doctor(Context *context);

#endif
