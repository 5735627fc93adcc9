/*
 * run_view.c
 *		A run as people read it: its steps, what it came to.
 */
#include "run_view.h"

#include "json_print.h"
#include "moment.h"

#include <stdio.h>
#include <string.h>

static void
add_step(Arena *arena, const Terminal *terminal, JsonView step, Layout *layout);
static const char *find_text(Arena *arena, JsonView object, const char *name);
static const char *measure(Arena *arena, JsonView object);
static void print_summary(Arena *arena, const Terminal *terminal, JsonView run,
                          TextBuffer *buffer);

bool
run_view_is_over(Arena *arena, JsonView run)
{
	static const char *const ends[] = {"SUCCESS", "FAILED", "CANCELLED"};
	const char *status = find_text(arena, run, "status");

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
	{
		if (strcmp(status, ends[i]) == 0)
			return true;
	}
	return false;
}

ExitCode
run_view_code(Arena *arena, JsonView run)
{
	return strcmp(find_text(arena, run, "status"), "SUCCESS") == 0
	           ? EXIT_DONE
	           : EXIT_OUTCOME;
}

void
run_view_print(Arena *arena, const Terminal *terminal, JsonView run,
               TextBuffer *buffer)
{
	static const LayoutSide sides[] = {
		LAYOUT_LEFT, LAYOUT_LAST, LAYOUT_LEFT, LAYOUT_RIGHT, LAYOUT_LAST};
	JsonWalk walk = json_view_walk(json_view_find(run, "step_results"));
	Layout *layout = layout_create(arena, 5, sides);

	while (json_view_next(&walk))
		add_step(arena, terminal, walk.value, layout);
	layout_print(layout, terminal, buffer);
	print_summary(arena, terminal, run, buffer);
}

void
run_view_output(Context *context, JsonView run)
{
	Output *output = &context->output;
	Arena *arena = context->arena;
	const char *trouble = find_text(arena, run, "error_message");
	JsonView outputs = json_view_find(run, "final_outputs");
	TextBuffer *buffer;

	if (output->form != OUTPUT_TABLE)
	{
		output_object(output, run, "run_id");
		return;
	}
	buffer = text_buffer_create(arena);
	run_view_print(arena, &output->terminal, run, buffer);
	fputs(text_buffer_text(buffer), stdout);
	if (json_view_kind(outputs) != JSON_VIEW_ABSENT &&
	    json_view_kind(outputs) != JSON_VIEW_NULL)
		output_json(output, outputs);
	if (*trouble)
		context_say(context, "mcpctl: %s", trouble);
}

static void
add_step(Arena *arena, const Terminal *terminal, JsonView step, Layout *layout)
{
	const char *status = find_text(arena, step, "status");
	const char *outcome = find_text(arena, step, "error");
	Paint paint = terminal_paint_of(status);

	if (*outcome == '\0')
		outcome =
			json_print_cell(arena, json_view_find(step, "outputs_generated"));
	layout_add(layout, terminal_sign_of(terminal, status), paint);
	layout_add(layout, find_text(arena, step, "name"), PAINT_PLAIN);
	layout_add(layout, status, paint);
	layout_add(layout, measure(arena, step), PAINT_DIM);
	layout_add(layout, outcome, PAINT_PLAIN);
}

static const char *
find_text(Arena *arena, JsonView object, const char *name)
{
	const char *text = json_view_text(json_view_find(object, name), arena);

	return text ? text : "";
}

/* How long it took, or takes; "" where it has not begun. */
static const char *
measure(Arena *arena, JsonView object)
{
	double from;
	double to;

	if (!moment_parse(find_text(arena, object, "started_at"), &from))
		return "";
	if (!moment_parse(find_text(arena, object, "finished_at"), &to))
		to = moment_now();
	return moment_print_length(arena, to - from);
}

static void
print_summary(Arena *arena, const Terminal *terminal, JsonView run,
              TextBuffer *buffer)
{
	const char *status = find_text(arena, run, "status");
	const char *length = measure(arena, run);
	Paint paint = terminal_paint_of(status);

	text_buffer_add_text(buffer,
	                     arena_print(arena,
	                                 "run %s %s%s%s%s%s\n",
	                                 find_text(arena, run, "run_id"),
	                                 terminal_paint(terminal, paint),
	                                 status,
	                                 terminal_plain(terminal, paint),
	                                 *length ? " " : "",
	                                 length));
}
