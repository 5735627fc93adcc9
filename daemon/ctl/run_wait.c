/*
 * run_wait.c
 *		Waiting for a run's end, and showing on a terminal how it goes.
 */
#include "run_wait.h"

#include "interrupt.h"
#include "moment.h"
#include "run_view.h"

#include <stdio.h>
#include <string.h>

/* Seconds between looks: at first, at most, and how it grows. */
#define FIRST_PAUSE 0.05
#define LONGEST_PAUSE 1.0
#define GROWTH 1.5

/* Seconds that the other side may be away. */
#define PATIENCE 30.0

typedef struct Wait
{
	Context *context;
	const char *run_id;
	RunWaitLook look;
	void *data;
	double deadline;   /* 0: none */
	double away_since; /* 0: it is not away */
	int drawn_lines;
} Wait;

static Status look_once(Wait *wait, Fault *fault, bool *is_over);
static void draw(Wait *wait, JsonView run);
static void erase(Wait *wait);
static ExitCode get_run(Context *context, const char *run_id, JsonView *run);

ExitCode
run_wait(Context *context, const char *run_id, RunWaitLook look, void *data,
         JsonView *run)
{
	Wait wait = {
		.context = context, .run_id = run_id, .look = look, .data = data};
	double pause = FIRST_PAUSE;
	double timeout;
	bool is_over = false;
	Fault fault;

	if (!context_timeout(context, &timeout))
		return EXIT_USAGE;
	if (timeout > 0)
		wait.deadline = moment_now() + timeout;
	interrupt_catch();
	for (;;)
	{
		if (look_once(&wait, &fault, &is_over) != STATUS_OK)
		{
			erase(&wait);
			fault_print(context->arena, &context->messages, NULL, &fault);
			return exit_code_of(fault.error.status);
		}
		if (is_over)
			break;
		if (wait.deadline > 0 && moment_now() + pause > wait.deadline)
			pause = wait.deadline - moment_now();
		interrupt_sleep(pause);
		pause = pause * GROWTH < LONGEST_PAUSE ? pause * GROWTH : LONGEST_PAUSE;
		if (interrupt_has_come())
		{
			context_say(context, "mcpctl: run %s goes on", run_id);
			return EXIT_INTERRUPTED;
		}
		if (wait.deadline > 0 && moment_now() >= wait.deadline)
		{
			context_say(
				context, "mcpctl: run %s is not over yet, and goes on", run_id);
			return EXIT_TIMEOUT;
		}
	}
	erase(&wait);
	return get_run(context, run_id, run);
}

/* STATUS_OK also while the other side is away, for a while. */
static Status
look_once(Wait *wait, Fault *fault, bool *is_over)
{
	Context *context = wait->context;
	Arena *kept = context->arena;
	Arena *round = arena_create();
	Ask ask = {.operation = OPERATION_GET_RUN, .names = {wait->run_id}};
	JsonView run;
	Status status = link_ask(context->link, round, &ask, &run, fault);

	context->arena = round;
	if (status == STATUS_OK)
	{
		wait->away_since = 0;
		*is_over = run_view_is_over(round, run);
		if (wait->look)
			wait->look(context, run, wait->data);
		else
			draw(wait, run);
	}
	else if (status == STATUS_UNAVAILABLE)
	{
		if (wait->away_since <= 0)
			wait->away_since = moment_now();
		if (moment_now() - wait->away_since < PATIENCE)
			status = STATUS_OK;
	}
	context->arena = kept;
	arena_destroy(round);
	return status;
}

/* Over what was drawn before, as far as the terminal has lines. */
static void
draw(Wait *wait, JsonView run)
{
	Context *context = wait->context;
	Terminal *terminal = &context->messages;
	TextBuffer *buffer;
	const char *text;
	int lines = 0;

	if (!terminal->can_move || command_line_has(context->line, "quiet"))
		return;
	terminal_look(terminal, 2);
	buffer = text_buffer_create(context->arena);
	run_view_print(context->arena, terminal, run, buffer);
	text = text_buffer_text(buffer);
	for (const char *at = text; *at; at++)
		lines += *at == '\n';
	while (terminal->height > 1 && lines >= terminal->height)
	{
		text = strchr(text, '\n') + 1;
		lines--;
	}
	erase(wait);
	fputs(text, stderr);
	fflush(stderr);
	wait->drawn_lines = lines;
}

static void
erase(Wait *wait)
{
	if (wait->drawn_lines > 0)
		fprintf(stderr, "\033[%dF\033[J", wait->drawn_lines);
	wait->drawn_lines = 0;
}

static ExitCode
get_run(Context *context, const char *run_id, JsonView *run)
{
	Ask ask = {.operation = OPERATION_GET_RUN, .names = {run_id}};

	return context_ask(context, &ask, run) == STATUS_OK ? EXIT_DONE
	                                                    : context->code;
}
