/*
 * verb.h
 *		What each command does.
 */
#ifndef MCPCTL_VERB_H
#define MCPCTL_VERB_H

#include "context.h"

/* What --help of a command prints. */
extern ExitCode verb_help_of(Context *context, const Command *command);

extern ExitCode verb_api(Context *context);
extern ExitCode verb_apply(Context *context);
extern ExitCode verb_completion(Context *context);
extern ExitCode verb_delete(Context *context);
extern ExitCode verb_diff(Context *context);
extern ExitCode verb_doctor(Context *context);
extern ExitCode verb_explain(Context *context);
extern ExitCode verb_export(Context *context);
extern ExitCode verb_get(Context *context);
extern ExitCode verb_graph(Context *context);
extern ExitCode verb_help(Context *context);
extern ExitCode verb_key_create(Context *context);
extern ExitCode verb_key_revoke(Context *context);
extern ExitCode verb_list(Context *context);
extern ExitCode verb_list_keys(Context *context);
extern ExitCode verb_list_schedules(Context *context);
extern ExitCode verb_list_workers(Context *context);
extern ExitCode verb_run_approve(Context *context);
extern ExitCode verb_run_cancel(Context *context);
extern ExitCode verb_run_logs(Context *context);
extern ExitCode verb_run_pause(Context *context);
extern ExitCode verb_run_reject(Context *context);
extern ExitCode verb_run_resume(Context *context);
extern ExitCode verb_run_retry(Context *context);
extern ExitCode verb_run_signal(Context *context);
extern ExitCode verb_run_start(Context *context);
extern ExitCode verb_run_wait(Context *context);
extern ExitCode verb_run_watch(Context *context);
extern ExitCode verb_run_why(Context *context);
extern ExitCode verb_schedule_create(Context *context);
extern ExitCode verb_schedule_delete(Context *context);
extern ExitCode verb_schedule_next(Context *context);
extern ExitCode verb_schedule_pause(Context *context);
extern ExitCode verb_schedule_resume(Context *context);
extern ExitCode verb_schedule_trigger(Context *context);
extern ExitCode verb_top(Context *context);
extern ExitCode verb_validate(Context *context);
extern ExitCode verb_versions(Context *context);

#endif
