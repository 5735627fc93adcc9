/*
 * command_options.h
 *		The options of the commands.
 */
#ifndef MCPCTL_COMMAND_OPTIONS_H
#define MCPCTL_COMMAND_OPTIONS_H

#include "command.h"

extern const CommandOption help_options[];
extern const CommandOption list_options[];
extern const CommandOption page_options[];
extern const CommandOption schedules_options[];
extern const CommandOption apply_options[];
extern const CommandOption diff_options[];
extern const CommandOption validate_options[];
extern const CommandOption export_options[];
extern const CommandOption graph_options[];
extern const CommandOption delete_options[];
extern const CommandOption run_start_options[];
extern const CommandOption run_wait_options[];
extern const CommandOption run_logs_options[];
extern const CommandOption run_reason_options[];
extern const CommandOption run_retry_options[];
extern const CommandOption run_signal_options[];
extern const CommandOption run_decide_options[];
extern const CommandOption schedule_create_options[];
extern const CommandOption schedule_next_options[];
extern const CommandOption key_create_options[];
extern const CommandOption top_options[];
extern const CommandOption api_options[];

#endif
