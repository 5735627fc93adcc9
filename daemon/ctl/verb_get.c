/*
 * verb_get.c
 *		get, list, versions, delete: what there is, one by one and in lists.
 */
#include "listing.h"
#include "run_view.h"
#include "verb.h"

#include <string.h>

static ExitCode list(Context *context, const Kind *kind);
static const Kind *read_kind(Context *context);
static bool read_filters(Context *context, const Kind *kind, Ask *ask);

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
	return list(context, read_kind(context));
}

ExitCode
verb_list_keys(Context *context)
{
	return list(context, kind_find("key"));
}

ExitCode
verb_list_schedules(Context *context)
{
	return list(context, kind_find("schedule"));
}

ExitCode
verb_list_workers(Context *context)
{
	return list(context, kind_find("worker"));
}

ExitCode
verb_versions(Context *context)
{
	static const Column mcp_columns[] = {
		{"VERSION", "version_str", COLUMN_TEXT},
		{"CREATED", "created_at", COLUMN_TIME},
		{"DEPRECATED", "deprecated_at", COLUMN_TIME},
		{"DESCRIPTION", "description", COLUMN_LAST},
		{NULL, NULL, COLUMN_TEXT},
	};
	static const Column workflow_columns[] = {
		{"VERSION", "version", COLUMN_NUMBER},
		{"CREATED", "created_at", COLUMN_TIME},
		{NULL, NULL, COLUMN_TEXT},
	};
	const Kind *kind = kind_find(command_line_word(context->line, 0));
	Ask ask = {.names = {command_line_word(context->line, 1)}};
	bool is_mcp;

	if (kind == NULL || kind->versions == OPERATION_COUNT)
		return context_refuse(context,
		                      "MCPs and workflows have them.",
		                      "there are no versions of \"%s\"",
		                      command_line_word(context->line, 0));
	ask.operation = kind->versions;
	is_mcp = kind->versions == OPERATION_LIST_MCP_VERSIONS;
	return listing_print(context,
	                     &ask,
	                     is_mcp ? mcp_columns : workflow_columns,
	                     is_mcp ? "version_str" : "version");
}

ExitCode
verb_delete(Context *context)
{
	const Kind *kind = kind_find(command_line_word(context->line, 0));
	const char *name = command_line_word(context->line, 1);
	Ask ask = {.names = {name}};
	JsonView nothing;

	if (kind == NULL || kind->delete == OPERATION_COUNT)
		return context_refuse(context,
		                      "MCPs, workflows and schedules can be.",
		                      "a \"%s\" cannot be deleted",
		                      command_line_word(context->line, 0));
	ask.operation = kind->delete;
	if (kind->delete == OPERATION_DELETE_MCP)
		ask.query[0] =
			command_line_has(context->line, "force") ? "true" : "false";
	if (context_ask(context, &ask, &nothing) != STATUS_OK)
		return context->code;
	context_say(context, "mcpctl: %s %s is deleted", kind->singular, name);
	return EXIT_DONE;
}

/* kind is NULL where there is none of that name, which was told. */
static ExitCode
list(Context *context, const Kind *kind)
{
	OutputRows rows = {NULL, 0, 0};
	Ask ask = {.operation = OPERATION_COUNT};
	int limit;

	if (kind == NULL ||
	    !context_number(context, "limit", 1, 1000000, 100, &limit))
		return EXIT_USAGE;
	ask.operation = kind->list;
	if (!read_filters(context, kind, &ask))
		return EXIT_USAGE;
	if (!listing_collect(context, kind, &ask, limit, &rows))
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
