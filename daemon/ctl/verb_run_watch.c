/*
 * verb_run_watch.c
 *		run watch, run logs: what becomes of a run, as it happens.
 *
 * The daemon streams events; where it cannot, and by libpq, they are asked for
 * again and again.  Both tell the same events by the same ids.
 */
#include "event_view.h"
#include "interrupt.h"
#include "json_print.h"
#include "run_view.h"
#include "run_wait.h"
#include "verb.h"

#include <stdio.h>
#include <string.h>

typedef struct Watch
{
	Context *context;
	const char *run_id;
	char last_id[128];
	bool is_over; /* the stream has said so */
} Watch;

static bool take_event(void *context, const char *data, size_t length);
static void look_for_events(Context *context, JsonView run, void *data);
static void look_for_logs(Context *context, JsonView run, void *data);
static void print_log(Context *context, JsonView step, const char *stream);
static ExitCode end_of_run(Context *context, const char *run_id);

ExitCode
verb_run_watch(Context *context)
{
	Watch watch = {.context = context,
	               .run_id = command_line_word(context->line, 0)};
	double timeout;
	Fault fault;
	JsonView run;
	ExitCode code;

	if (!context_timeout(context, &timeout))
		return EXIT_USAGE;
	if (link_has_http(context->link) && timeout <= 0)
	{
		Ask ask = {.operation = OPERATION_GET_RUN_EVENTS,
		           .names = {watch.run_id}};

		interrupt_catch();
		if (link_stream(context->link,
		                context->arena,
		                &ask,
		                take_event,
		                &watch,
		                &fault) != STATUS_OK &&
		    fault.error.status != STATUS_UNAVAILABLE)
		{
			fault_print(context->arena, &context->messages, NULL, &fault);
			return exit_code_of(fault.error.status);
		}
	}
	if (interrupt_has_come())
		return EXIT_INTERRUPTED;
	/* A stream that was cut is gone on with by asking. */
	if (watch.is_over)
		return end_of_run(context, watch.run_id);
	code = run_wait(context, watch.run_id, look_for_events, &watch, &run);
	if (code != EXIT_DONE)
		return code;
	look_for_events(context, run, &watch);
	return end_of_run(context, watch.run_id);
}

ExitCode
verb_run_logs(Context *context)
{
	const char *run_id = command_line_word(context->line, 0);
	Ask ask = {.operation = OPERATION_GET_RUN, .names = {run_id}};
	int printed = 0;
	JsonView run;
	ExitCode code;

	if (!command_line_has(context->line, "follow"))
	{
		if (context_ask(context, &ask, &run) != STATUS_OK)
			return context->code;
		look_for_logs(context, run, &printed);
		return EXIT_DONE;
	}
	code = run_wait(context, run_id, look_for_logs, &printed, &run);
	if (code != EXIT_DONE)
		return code;
	look_for_logs(context, run, &printed);
	return run_view_code(context->arena, run);
}

static bool
take_event(void *context, const char *data, size_t length)
{
	Watch *watch = context;
	Arena *arena = arena_create();
	JsonView event = {NULL, 0};
	size_t where;

	if (json_view_check(data, length, &event, &where) == NULL)
	{
		watch->is_over = json_view_find(event, "kind").text == NULL &&
		                 json_view_find(event, "status").text != NULL;
		if (!watch->is_over)
			event_view_print(&watch->context->output, arena, event);
		event_view_keep_id(
			arena, event, watch->last_id, sizeof(watch->last_id));
	}
	arena_destroy(arena);
	fflush(stdout);
	return !watch->is_over;
}

static void
look_for_events(Context *context, JsonView run, void *data)
{
	Watch *watch = data;
	Ask ask = {.operation = OPERATION_GET_RUN_EVENTS,
	           .names = {watch->run_id},
	           .query = {watch->last_id[0] ? watch->last_id : NULL}};
	JsonView events;
	JsonWalk walk;
	Fault fault;

	/* What cannot be read now is read with the next look. */
	if (link_ask(context->link, context->arena, &ask, &events, &fault) !=
	    STATUS_OK)
		return;
	walk = json_view_walk(events);
	while (json_view_next(&walk))
	{
		event_view_print(&context->output, context->arena, walk.value);
		event_view_keep_id(
			context->arena, walk.value, watch->last_id, sizeof(watch->last_id));
	}
	fflush(stdout);
}

/* Of the attempts that have ended, those that were not printed yet. */
static void
look_for_logs(Context *context, JsonView run, void *data)
{
	const char *wanted = command_line_text(context->line, "step");
	JsonWalk walk = json_view_walk(json_view_find(run, "step_results"));
	int *printed = data;
	int place = 0;

	while (json_view_next(&walk))
	{
		const char *step_id = json_print_cell(
			context->arena, json_view_find(walk.value, "step_id"));
		JsonView finished = json_view_find(walk.value, "finished_at");

		if (json_view_kind(finished) != JSON_VIEW_STRING || place++ < *printed)
			continue;
		++*printed;
		if (wanted && strcmp(wanted, step_id) != 0)
			continue;
		print_log(context, walk.value, "stdout");
		print_log(context, walk.value, "stderr");
	}
	fflush(stdout);
}

/* As it was written, with a line before it where several are printed. */
static void
print_log(Context *context, JsonView step, const char *stream)
{
	const char *text =
		json_print_cell(context->arena, json_view_find(step, stream));
	const Terminal *terminal = &context->output.terminal;

	if (*text == '\0')
		return;
	if (!command_line_has(context->line, "quiet"))
		printf("%s==> %s, attempt %s, %s%s\n",
		       terminal_paint(terminal, PAINT_DIM),
		       layout_clean(context->arena,
		                    json_print_cell(context->arena,
		                                    json_view_find(step, "step_id"))),
		       json_print_cell(context->arena, json_view_find(step, "attempt")),
		       stream,
		       terminal_plain(terminal, PAINT_DIM));
	output_text(&context->output, text);
	if (text[strlen(text) - 1] != '\n' && !terminal->is_terminal)
		puts("");
}

static ExitCode
end_of_run(Context *context, const char *run_id)
{
	Ask ask = {.operation = OPERATION_GET_RUN, .names = {run_id}};
	JsonView run;

	if (context_ask(context, &ask, &run) != STATUS_OK)
		return context->code;
	return run_view_code(context->arena, run);
}
