/*
 * listing.c
 *		All rows of a list.
 */
#include "listing.h"

#include <string.h>

/* As many as the daemon answers at once. */
#define PAGE 500

static bool has_page(const OperationRow *row, int *skip);
static void turn_page(Context *context, const Kind *kind, Ask *ask, int skip,
                      const OutputRows *rows);

/* "skip", "limit" and "after" stand behind each other in every list. */
bool
listing_collect(Context *context, const Kind *kind, Ask *ask, int limit,
                OutputRows *rows)
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
			turn_page(context, kind, ask, skip, rows);
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

/* Behind the last row by its key, so that none comes twice when others go. */
static void
turn_page(Context *context, const Kind *kind, Ask *ask, int skip,
          const OutputRows *rows)
{
	if (kind->key == NULL)
		ask->query[skip] = arena_print(context->arena, "%d", rows->count);
	else
		ask->query[skip] = "0";
	if (kind->key && rows->count > 0)
		ask->query[skip + 2] = json_view_text(
			json_view_find(rows->rows[rows->count - 1], kind->key),
			context->arena);
}

ExitCode
listing_print(Context *context, const Ask *ask, const Column *columns,
              const char *name)
{
	OutputRows rows = {NULL, 0, 0};
	JsonView answer;
	JsonWalk walk;

	if (context_ask(context, ask, &answer) != STATUS_OK)
		return context->code;
	walk = json_view_walk(answer);
	while (json_view_next(&walk))
		output_add_row(&context->output, &rows, walk.value);
	output_rows(&context->output, &rows, columns, name);
	return EXIT_DONE;
}
