/*
 * apply.c
 *		Documents sent to be applied, and what became of each.
 */
#include "apply.h"

#include "db_error.h"
#include "json_print.h"

#include <stdio.h>
#include <string.h>

/* Longer values are cut on a terminal. */
#define LONGEST_VALUE 60

static const char *text_of(Context *context, JsonView row, const char *name);
static void print_row(Context *context, JsonView row);
static void print_summary(const ApplyCount *count);
static void
tell_problems(Context *context, const Documents *documents, JsonView row);
static const char *print_value(Context *context, JsonView value);

Status
apply_send(Context *context, const Documents *documents,
           const ApplyOptions *options, JsonView *rows)
{
	TextBuffer *body = text_buffer_create(context->arena);
	Ask ask = {.operation = OPERATION_APPLY};

	text_buffer_add_text(body, "{\"documents\": [");
	for (int i = 0; i < documents->count; i++)
	{
		if (i > 0)
			text_buffer_add_text(body, ", ");
		text_buffer_add(body,
		                documents->list[i].value.text,
		                documents->list[i].value.length);
	}
	text_buffer_add_text(
		body,
		arena_print(
			context->arena,
			"], \"options\": {\"dry_run\": %s, \"bump\": %s, \"prune\": %s%s%s}}",
			options->is_dry ? "true" : "false",
			options->is_bumped ? "true" : "false",
			options->is_pruned ? "true" : "false",
			options->set ? ", \"set\": " : "",
			options->set ? json_print_quoted(context->arena, options->set)
						 : ""));
	ask.body = text_buffer_text(body);
	return context_ask(context, &ask, rows);
}

void
apply_count(Context *context, JsonView rows, ApplyCount *count)
{
	JsonWalk walk = json_view_walk(rows);

	memset(count, 0, sizeof(*count));
	while (json_view_next(&walk))
	{
		const char *outcome = text_of(context, walk.value, "outcome");

		count->created += strcmp(outcome, "created") == 0;
		count->updated += strcmp(outcome, "updated") == 0;
		count->unchanged += strcmp(outcome, "unchanged") == 0;
		count->pruned += strcmp(outcome, "pruned") == 0;
		if (strcmp(outcome, "failed") != 0)
			continue;
		if (count->failed++ == 0)
			count->code = exit_code_of(
				db_error_status(text_of(context, walk.value, "code")));
	}
}

void
apply_print(Context *context, const Documents *documents, JsonView rows,
            const ApplyCount *count)
{
	static const Column columns[] = {{NULL, NULL, COLUMN_TEXT}};
	OutputRows list = {NULL, 0, 0};
	JsonWalk walk = json_view_walk(rows);

	while (json_view_next(&walk))
	{
		output_add_row(&context->output, &list, walk.value);
		if (context->output.form == OUTPUT_TABLE)
			print_row(context, walk.value);
	}
	if (context->output.form == OUTPUT_TABLE)
		print_summary(count);
	else
		output_rows(&context->output, &list, columns, "slug");
	fflush(stdout);
	walk = json_view_walk(rows);
	while (json_view_next(&walk))
		tell_problems(context, documents, walk.value);
}

void
apply_print_differences(Context *context, JsonView differences,
                        const char *indent)
{
	JsonWalk walk = json_view_walk(differences);

	while (json_view_next(&walk))
	{
		const char *change = text_of(context, walk.value, "change");
		const char *before =
			print_value(context, json_view_find(walk.value, "old"));
		const char *after =
			print_value(context, json_view_find(walk.value, "new"));
		bool is_added = strcmp(change, "added") == 0;
		bool is_removed = strcmp(change, "removed") == 0;

		printf(
			"%s%s %s: %s%s%s\n",
			indent,
			is_added     ? "+"
			: is_removed ? "-"
						 : "~",
			layout_clean(context->arena, text_of(context, walk.value, "path")),
			is_added ? "" : before,
			is_added || is_removed ? "" : " -> ",
			is_removed ? "" : after);
	}
}

static const char *
text_of(Context *context, JsonView row, const char *name)
{
	return json_print_cell(context->arena, json_view_find(row, name));
}

static void
print_row(Context *context, JsonView row)
{
	const Terminal *terminal = &context->output.terminal;
	const char *outcome = text_of(context, row, "outcome");
	const char *kind = text_of(context, row, "kind");
	const char *name = text_of(context, row, "slug");
	Paint paint = terminal_paint_of(outcome);

	if (*name == '\0')
		name = text_of(context, row, "name");
	printf("%s%-9s%s  %-8s  %s\n",
	       terminal_paint(terminal, paint),
	       outcome,
	       terminal_plain(terminal, paint),
	       *kind ? kind : "?",
	       *name ? layout_clean(context->arena, name) : "?");
	apply_print_differences(
		context, json_view_find(row, "differences"), "           ");
}

static void
print_summary(const ApplyCount *count)
{
	const struct
	{
		int count;
		const char *word;
	} parts[] = {{count->created, "created"},
	             {count->updated, "updated"},
	             {count->unchanged, "unchanged"},
	             {count->pruned, "pruned"},
	             {count->failed, "failed"}};
	const char *between = "";

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
	{
		if (parts[i].count == 0)
			continue;
		printf("%s%d %s", between, parts[i].count, parts[i].word);
		between = ", ";
	}
	puts(*between ? "" : "nothing to do");
}

static void
tell_problems(Context *context, const Documents *documents, JsonView row)
{
	JsonWalk walk = json_view_walk(json_view_find(row, "problems"));
	const char *about = text_of(context, row, "slug");
	int64_t index;

	if (json_view_integer(json_view_find(row, "index"), &index) && index >= 0 &&
	    index < documents->count)
		about = documents->list[index].file;
	while (json_view_next(&walk))
		fault_print_problem(
			context->arena, &context->messages, about, walk.value);
}

static const char *
print_value(Context *context, JsonView value)
{
	TextBuffer *buffer = text_buffer_create(context->arena);
	const char *text;

	json_print_line(buffer, value);
	text = layout_clean(context->arena, text_buffer_text(buffer));
	if (!context->output.terminal.is_terminal || strlen(text) <= LONGEST_VALUE)
		return text;
	return arena_print(context->arena, "%.*s...", LONGEST_VALUE, text);
}
