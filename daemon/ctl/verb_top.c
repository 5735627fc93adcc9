/*
 * verb_top.c
 *		top: runs, queues and workers as they stand, again and again.
 */
#include "interrupt.h"
#include "json_print.h"
#include "kind.h"
#include "verb.h"

#include <stdio.h>
#include <string.h>

/* Runs that are shown. */
#define MOST_RUNS "15"

static bool show(Context *context);
static bool show_stats(Context *context);
static bool
show_list(Context *context, const char *title, const char *kind, Ask *ask);

ExitCode
verb_top(Context *context)
{
	bool is_once = command_line_has(context->line, "once") ||
	               !context->output.terminal.can_move;
	Arena *kept = context->arena;
	bool is_shown = true;
	int seconds;

	if (!context_number(context, "interval", 1, 3600, 2, &seconds))
		return EXIT_USAGE;
	interrupt_catch();
	while (is_shown)
	{
		Arena *round = arena_create();

		context->arena = round;
		context->output.arena = round;
		terminal_look(&context->output.terminal, 1);
		if (!is_once)
			fputs("\033[H\033[2J", stdout);
		is_shown = show(context);
		fflush(stdout);
		context->arena = kept;
		context->output.arena = kept;
		arena_destroy(round);
		if (is_once)
			break;
		interrupt_sleep(seconds);
		if (interrupt_has_come())
			break;
	}
	return is_shown ? EXIT_DONE : context->code;
}

static bool
show(Context *context)
{
	Ask runs = {.operation = OPERATION_LIST_RUNS,
	            .query = {NULL, "RUNNING", "0", MOST_RUNS}};
	Ask queues = {.operation = OPERATION_LIST_QUEUES};
	Ask workers = {.operation = OPERATION_LIST_WORKERS};

	return show_stats(context) &&
	       show_list(context, "QUEUES", "queue", &queues) &&
	       show_list(context, "WORKERS", "worker", &workers) &&
	       show_list(context, "RUNNING", "run", &runs);
}

static bool
show_stats(Context *context)
{
	static const struct
	{
		const char *member;
		const char *word;
	} members[] = {{"live_runs", "live runs"},
	               {"live_workers", "workers"},
	               {"total_workflows", "workflows"},
	               {"total_servers", "MCPs"}};
	static const Column at = {"AT", "timestamp", COLUMN_TIME};
	Ask ask = {.operation = OPERATION_STATS};
	JsonView stats;

	if (context_ask(context, &ask, &stats) != STATUS_OK)
		return false;
	if (context->output.form != OUTPUT_TABLE)
	{
		output_object(&context->output, stats, "timestamp");
		return true;
	}
	fputs(output_cell(context->arena, stats, &at), stdout);
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		printf("  %s %s",
		       json_print_cell(context->arena,
		                       json_view_find(stats, members[i].member)),
		       members[i].word);
	puts("");
	return true;
}

/* Nothing where there is nothing; with JSON each list is an array. */
static bool
show_list(Context *context, const char *title, const char *kind, Ask *ask)
{
	const Kind *found = kind_find(kind);
	OutputRows rows = {NULL, 0, 0};
	JsonView answer;
	JsonWalk walk;

	if (context_ask(context, ask, &answer) != STATUS_OK)
		return false;
	walk = json_view_walk(answer);
	while (json_view_next(&walk))
		output_add_row(&context->output, &rows, walk.value);
	if (context->output.form == OUTPUT_TABLE && rows.count > 0)
		printf("\n%s%s%s\n",
		       terminal_paint(&context->output.terminal, PAINT_STRONG),
		       title,
		       terminal_plain(&context->output.terminal, PAINT_STRONG));
	if (context->output.form != OUTPUT_TABLE || rows.count > 0)
		output_rows(&context->output, &rows, found->columns, found->name);
	return true;
}
