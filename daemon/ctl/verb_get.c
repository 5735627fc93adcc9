/*
 * verb_get.c
 *		get, list: what there is, one by one and in lists.
 */
#include "kind.h"
#include "run_view.h"
#include "verb.h"

#include <string.h>

/* As many as the daemon answers at once. */
#define PAGE 500

static const Kind *read_kind(Context *context);
static bool read_filters(Context *context, const Kind *kind, Ask *ask);
static bool has_page(const OperationRow *row, int *skip);
static bool collect(Context *context, Ask *ask, int limit, OutputRows *rows);

ExitCode
verb_get(Context *context)
{
	const Kind *kind = read_kind(context);
	Ask ask = {.names = {command_line_word(context->line, 1)}};
	JsonView answer;

	if (kind == NULL)
		return EXIT_USAGE;
	if (kind->get == OPERATION_COUNT)
		return context_refuse(context,
		                      arena_print(context->arena,
		                                  "These can be: %s.",
		                                  kind_list_readable(context->arena)),
		                      "a %s cannot be read by itself",
		                      kind->singular);
	ask.operation = kind->get;
	if (context_ask(context, &ask, &answer) != STATUS_OK)
		return context->code;
	if (kind->get == OPERATION_GET_RUN)
		run_view_output(context, answer);
	else
		output_object(&context->output, answer, kind->name);
	return EXIT_DONE;
}

ExitCode
verb_list(Context *context)
{
	const Kind *kind = read_kind(context);
	OutputRows rows = {NULL, 0, 0};
	Ask ask = {.operation = OPERATION_COUNT};
	int limit;

	if (kind == NULL ||
	    !context_number(context, "limit", 1, 1000000, 100, &limit))
		return EXIT_USAGE;
	ask.operation = kind->list;
	if (!read_filters(context, kind, &ask))
		return EXIT_USAGE;
	if (!collect(context, &ask, limit, &rows))
		return context->code;
	output_rows(&context->output, &rows, kind->columns, kind->name);
	return EXIT_DONE;
}

static const Kind *
read_kind(Context *context)
{
	const char *name = command_line_word(context->line, 0);
	const Kind *kind = kind_find(name);

	if (kind == NULL)
		context_refuse(context,
		               arena_print(context->arena,
		                           "There are: %s.",
		                           kind_list_all(context->arena)),
		               "there is no kind \"%s\"",
		               name);
	return kind;
}

/* An option that this list cannot be filtered by is no option. */
static bool
read_filters(Context *context, const Kind *kind, Ask *ask)
{
	static const char *const filters[] = {
		"query", "type", "tag", "status", "workflow"};
	const OperationRow *row = operation_row(kind->list);

	for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++)
	{
		const char *text = command_line_text(context->line, filters[i]);
		bool is_taken = false;

		for (int j = 0; j < OPERATION_MAX_QUERY && row->query[j]; j++)
		{
			if (strcmp(row->query[j], filters[i]) != 0 &&
			    (strcmp(row->query[j], "workflow_id") != 0 ||
			     strcmp(filters[i], "workflow") != 0))
				continue;
			ask->query[j] = text;
			is_taken = true;
		}
		if (text && !is_taken)
		{
			context_refuse(context,
			               NULL,
			               "%s cannot be listed by --%s",
			               kind->plural,
			               filters[i]);
			return false;
		}
	}
	return true;
}

static bool
has_page(const OperationRow *row, int *skip)
{
	for (*skip = 0; *skip < OPERATION_MAX_QUERY && row->query[*skip]; ++*skip)
	{
		if (strcmp(row->query[*skip], "skip") == 0)
			return true;
	}
	return false;
}

/* Page by page; "skip" stands before "limit" in every list that has pages. */
static bool
collect(Context *context, Ask *ask, int limit, OutputRows *rows)
{
	int skip;
	bool is_paged = has_page(operation_row(ask->operation), &skip);

	for (;;)
	{
		int wanted = limit - rows->count < PAGE ? limit - rows->count : PAGE;
		int before = rows->count;
		JsonView answer;
		JsonWalk walk;

		if (is_paged)
		{
			ask->query[skip] = arena_print(context->arena, "%d", rows->count);
			ask->query[skip + 1] = arena_print(context->arena, "%d", wanted);
		}
		if (context_ask(context, ask, &answer) != STATUS_OK)
			return false;
		walk = json_view_walk(answer);
		while (rows->count < limit && json_view_next(&walk))
			output_add_row(&context->output, rows, walk.value);
		if (!is_paged || rows->count - before < wanted)
			return true;
		if (rows->count == limit)
		{
			context_say(context,
			            "mcpctl: the first %d; --limit takes more",
			            rows->count);
			return true;
		}
	}
}
