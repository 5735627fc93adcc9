/*
 * verb_schedule.c
 *		schedule create, pause, resume, trigger, next: runs by the clock.
 */
#include "inputs.h"
#include "json_print.h"
#include "verb.h"

#include <stdio.h>
#include <string.h>

static const char *print_definition(Context *context);
static ExitCode act(Context *context, Operation operation);

ExitCode
verb_schedule_create(Context *context)
{
	Ask ask = {.operation = OPERATION_CREATE_SCHEDULE};
	JsonView answer;

	ask.body = print_definition(context);
	if (ask.body == NULL || context_ask(context, &ask, &answer) != STATUS_OK)
		return context->code;
	output_object(&context->output, answer, "slug");
	return EXIT_DONE;
}

ExitCode
verb_schedule_pause(Context *context)
{
	return act(context, OPERATION_PAUSE_SCHEDULE);
}

ExitCode
verb_schedule_resume(Context *context)
{
	return act(context, OPERATION_RESUME_SCHEDULE);
}

ExitCode
verb_schedule_delete(Context *context)
{
	Ask ask = {.operation = OPERATION_DELETE_SCHEDULE,
	           .names = {command_line_word(context->line, 0)}};
	JsonView nothing;

	if (context_ask(context, &ask, &nothing) != STATUS_OK)
		return context->code;
	context_say(context, "mcpctl: schedule %s is deleted", ask.names[0]);
	return EXIT_DONE;
}

ExitCode
verb_schedule_trigger(Context *context)
{
	Ask ask = {.operation = OPERATION_TRIGGER_SCHEDULE,
	           .names = {command_line_word(context->line, 0)}};
	JsonView answer;

	if (context_ask(context, &ask, &answer) != STATUS_OK)
		return context->code;
	if (context->output.form == OUTPUT_TABLE)
		puts(json_print_cell(context->arena, json_view_find(answer, "run_id")));
	else
		output_object(&context->output, answer, "run_id");
	return EXIT_DONE;
}

ExitCode
verb_schedule_next(Context *context)
{
	const char *expression = command_line_word(context->line, 0);
	const char *zone = command_line_text(context->line, "zone");
	Ask ask = {.operation = OPERATION_LIST_FIRE_TIMES};
	JsonView answer;
	JsonWalk walk;
	int count;

	if (!context_number(context, "count", 1, 1000, 10, &count))
		return EXIT_USAGE;
	ask.query[0] = expression;
	ask.query[1] = arena_print(context->arena, "%d", count);
	ask.query[2] = zone ? zone : "UTC";
	ask.query[3] = command_line_text(context->line, "after");
	if (context_ask(context, &ask, &answer) != STATUS_OK)
		return context->code;
	if (context->output.form == OUTPUT_JSON)
	{
		output_json(&context->output, answer);
		return EXIT_DONE;
	}
	walk = json_view_walk(answer);
	while (json_view_next(&walk))
		puts(
			context->output.form == OUTPUT_JSONL
				? arena_copy(context->arena, walk.value.text, walk.value.length)
				: json_print_cell(context->arena, walk.value));
	return EXIT_DONE;
}

static const char *
print_definition(Context *context)
{
	static const struct
	{
		const char *option;
		const char *member;
	} texts[] = {{"cron", "cron"},
	             {"interval", "interval"},
	             {"zone", "time_zone"},
	             {"overlap", "overlap"},
	             {"catch-up", "catch_up"}};
	Arena *arena = context->arena;
	const char *inputs;
	const char *body;

	if (!inputs_read(context, &inputs))
		return NULL;
	body = arena_print(
		arena,
		"{\"name\": %s, \"workflow\": %s, \"inputs\": %s",
		json_print_quoted(arena, command_line_word(context->line, 0)),
		json_print_quoted(arena, command_line_word(context->line, 1)),
		inputs);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
	{
		const char *text = command_line_text(context->line, texts[i].option);

		if (text)
			body = arena_print(arena,
			                   "%s, \"%s\": %s",
			                   body,
			                   texts[i].member,
			                   json_print_quoted(arena, text));
	}
	return arena_print(arena, "%s}", body);
}

/* What answers with the schedule. */
static ExitCode
act(Context *context, Operation operation)
{
	Ask ask = {.operation = operation,
	           .names = {command_line_word(context->line, 0)}};
	JsonView answer;

	if (context_ask(context, &ask, &answer) != STATUS_OK)
		return context->code;
	output_object(&context->output, answer, "slug");
	return EXIT_DONE;
}
