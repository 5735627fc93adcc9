/*
 * verb_run.c
 *		run cancel, pause, resume, retry, signal, approve, reject, why: what
 *		people do to runs.
 */
#include "inputs.h"
#include "json_print.h"
#include "listing.h"
#include "run_view.h"
#include "verb.h"

#include <stdio.h>
#include <string.h>

static const char *print_reason(Context *context, const char *member);
static ExitCode act(Context *context, const Ask *ask);
static ExitCode decide(Context *context, const char *decision);

ExitCode
verb_run_cancel(Context *context)
{
	Ask ask = {.operation = OPERATION_CANCEL_RUN,
	           .names = {command_line_word(context->line, 0)},
	           .body = print_reason(context, "reason")};

	return act(context, &ask);
}

ExitCode
verb_run_pause(Context *context)
{
	Ask ask = {.operation = OPERATION_PAUSE_RUN,
	           .names = {command_line_word(context->line, 0)},
	           .body = print_reason(context, "reason")};

	return act(context, &ask);
}

ExitCode
verb_run_resume(Context *context)
{
	Ask ask = {.operation = OPERATION_RESUME_RUN,
	           .names = {command_line_word(context->line, 0)}};

	return act(context, &ask);
}

ExitCode
verb_run_retry(Context *context)
{
	const char *step = command_line_text(context->line, "from-step");
	Ask ask = {.operation = OPERATION_RETRY_RUN,
	           .names = {command_line_word(context->line, 0)}};
	const char *inputs;
	const char *run_id;
	JsonView answer;

	if (!inputs_read(context, &inputs))
		return context->code;
	ask.body = arena_print(context->arena,
	                       "{\"inputs\": %s%s%s}",
	                       strcmp(inputs, "{}") == 0 ? "null" : inputs,
	                       step ? ", \"from_step\": " : "",
	                       step ? json_print_quoted(context->arena, step) : "");
	if (context_ask(context, &ask, &answer) != STATUS_OK)
		return context->code;
	run_id = json_print_cell(context->arena, json_view_find(answer, "run_id"));
	if (context->output.form == OUTPUT_TABLE)
		puts(run_id);
	else
		output_object(&context->output, answer, "run_id");
	return EXIT_DONE;
}

ExitCode
verb_run_signal(Context *context)
{
	const char *payload = command_line_text(context->line, "payload");
	JsonView value = {NULL, 0};
	Ask ask = {.operation = OPERATION_SEND_SIGNAL,
	           .names = {command_line_word(context->line, 0),
	                     command_line_word(context->line, 1)},
	           .body = "null"};
	JsonView answer;

	if (payload)
	{
		if (!inputs_read_value(context, "--payload", payload, &value))
			return context->code;
		ask.body = arena_copy(context->arena, value.text, value.length);
	}
	if (context_ask(context, &ask, &answer) != STATUS_OK)
		return context->code;
	output_object(&context->output, answer, "signal_id");
	return EXIT_DONE;
}

ExitCode
verb_run_approve(Context *context)
{
	return decide(context, "true");
}

ExitCode
verb_run_reject(Context *context)
{
	return decide(context, "false");
}

ExitCode
verb_run_why(Context *context)
{
	static const Column columns[] = {
		{"STEP", "step_id", COLUMN_TEXT},
		{"KIND", "kind", COLUMN_TEXT},
		{"SINCE", "since", COLUMN_TIME},
		{"UNTIL", "until", COLUMN_TIME},
		{"WAITS FOR", "what", COLUMN_LAST},
		{NULL, NULL, COLUMN_TEXT},
	};
	Ask ask = {.operation = OPERATION_GET_RUN_WHY,
	           .names = {command_line_word(context->line, 0)}};

	return listing_print(context, &ask, columns, "step_id");
}

/* {"reason": ...}, or NULL where none is given. */
static const char *
print_reason(Context *context, const char *member)
{
	const char *text = command_line_text(context->line, member);

	if (text == NULL)
		return NULL;
	return arena_print(context->arena,
	                   "{\"%s\": %s}",
	                   member,
	                   json_print_quoted(context->arena, text));
}

/* What answers with the run. */
static ExitCode
act(Context *context, const Ask *ask)
{
	JsonView run;

	if (context_ask(context, ask, &run) != STATUS_OK)
		return context->code;
	if (context->output.form == OUTPUT_TABLE)
		printf("run %s is %s\n",
		       ask->names[0],
		       json_print_cell(context->arena, json_view_find(run, "status")));
	else
		output_object(&context->output, run, "run_id");
	return EXIT_DONE;
}

static ExitCode
decide(Context *context, const char *decision)
{
	const char *comment = command_line_text(context->line, "comment");
	Ask ask = {
		.operation = OPERATION_DECIDE_APPROVAL,
		.names = {command_line_word(context->line, 0),
	              command_line_word(context->line, 1)},
		.body = arena_print(context->arena,
	                        "{\"approve\": %s, \"comment\": %s}",
	                        decision,
	                        comment ? json_print_quoted(context->arena, comment)
	                                : "null"),
	};
	JsonView answer;

	if (context_ask(context, &ask, &answer) != STATUS_OK)
		return context->code;
	output_object(&context->output, answer, "decided_by");
	return EXIT_DONE;
}
