/*
 * verb_apply.c
 *		apply, diff, validate: documents against what is there.
 */
#include "apply.h"
#include "verb.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static ExitCode check_prune(Context *context, const ApplyOptions *options);
static ExitCode ask_first(Context *context, const Documents *documents,
                          const ApplyOptions *options);
static bool says_yes(void);
static ExitCode diff_versions(Context *context);
static ExitCode diff_documents(Context *context);

ExitCode
verb_apply(Context *context)
{
	ApplyOptions options = {
		.is_dry = command_line_has(context->line, "dry-run"),
		.is_bumped = command_line_has(context->line, "bump"),
		.is_pruned = command_line_has(context->line, "prune"),
		.set = command_line_text(context->line, "set"),
	};
	Documents documents;
	ApplyCount count;
	JsonView rows;
	ExitCode code = check_prune(context, &options);

	if (code != EXIT_DONE)
		return code;
	if (!documents_read(context, &documents))
		return context->code;
	if (!options.is_dry && !command_line_has(context->line, "yes"))
	{
		code = ask_first(context, &documents, &options);
		if (code != EXIT_DONE)
			return code;
	}
	if (apply_send(context, &documents, &options, &rows) != STATUS_OK)
		return context->code;
	apply_count(context, rows, &count);
	apply_print(context, &documents, rows, &count);
	if (count.failed > 0 && options.is_pruned)
		context_say(context,
		            "mcpctl: nothing was pruned, for a document failed");
	return count.failed > 0 ? count.code : EXIT_DONE;
}

ExitCode
verb_diff(Context *context)
{
	bool has_file = command_line_has(context->line, "file");

	if (has_file == (command_line_word(context->line, 0) != NULL))
		return context_refuse(context,
		                      "Documents against what is there: diff -f FILE; "
		                      "two versions: diff KIND NAME FROM TO.",
		                      "diff wants documents, or two versions");
	return has_file ? diff_documents(context) : diff_versions(context);
}

/* Valid is what could be written; that a version exists is no fault of it. */
ExitCode
verb_validate(Context *context)
{
	ApplyOptions options = {.is_dry = true, .is_bumped = true};
	Documents documents;
	ApplyCount count;
	JsonView rows;

	if (!documents_read(context, &documents) ||
	    apply_send(context, &documents, &options, &rows) != STATUS_OK)
		return context->code;
	apply_count(context, rows, &count);
	if (context->output.form != OUTPUT_TABLE || count.failed > 0)
		apply_print(context, &documents, rows, &count);
	if (context->output.form == OUTPUT_TABLE && count.failed == 0)
		printf("%d valid\n", documents.count);
	return count.failed > 0 ? count.code : EXIT_DONE;
}

static ExitCode
check_prune(Context *context, const ApplyOptions *options)
{
	if (!options->is_pruned || options->set)
		return EXIT_DONE;
	return context_refuse(context,
	                      "Give --set NAME each time: only what was applied "
	                      "with that name is deleted.",
	                      "--prune wants the name of a set");
}

/*
 * What would be done is shown before to who can answer; what deletes is not
 * done unasked.
 */
static ExitCode
ask_first(Context *context, const Documents *documents,
          const ApplyOptions *options)
{
	ApplyOptions rehearsal = *options;
	bool has_reader =
		isatty(STDIN_FILENO) == 1 && context->output.terminal.is_terminal;
	OutputForm form = context->output.form;
	ApplyCount count;
	JsonView rows;

	if (!has_reader && !options->is_pruned)
		return EXIT_DONE;
	rehearsal.is_dry = true;
	if (apply_send(context, documents, &rehearsal, &rows) != STATUS_OK)
		return context->code;
	apply_count(context, rows, &count);
	if (!has_reader && count.pruned > 0)
		return context_refuse(context,
		                      "--dry-run shows what; --yes does it.",
		                      "%d would be deleted, and nobody can be asked",
		                      count.pruned);
	if (!has_reader || count.created + count.updated + count.pruned == 0)
		return EXIT_DONE;
	context->output.form = OUTPUT_TABLE;
	apply_print(context, documents, rows, &count);
	context->output.form = form;
	fputs("Apply this? [y/N] ", stderr);
	if (says_yes())
		return EXIT_DONE;
	context_say(context, "mcpctl: nothing was done");
	return EXIT_OUTCOME;
}

static bool
says_yes(void)
{
	char answer[16];

	return fgets(answer, sizeof(answer), stdin) &&
	       (answer[0] == 'y' || answer[0] == 'Y');
}

static ExitCode
diff_documents(Context *context)
{
	ApplyOptions options = {
		.is_dry = true,
		.is_bumped = true,
		.is_pruned = command_line_has(context->line, "prune"),
		.set = command_line_text(context->line, "set"),
	};
	Documents documents;
	ApplyCount count;
	JsonView rows;
	ExitCode code = check_prune(context, &options);

	if (code != EXIT_DONE)
		return code;
	if (!documents_read(context, &documents) ||
	    apply_send(context, &documents, &options, &rows) != STATUS_OK)
		return context->code;
	apply_count(context, rows, &count);
	apply_print(context, &documents, rows, &count);
	if (count.failed > 0)
		return count.code;
	return count.created + count.updated + count.pruned > 0 ? EXIT_OUTCOME
	                                                        : EXIT_DONE;
}

static ExitCode
diff_versions(Context *context)
{
	static const Column columns[] = {{NULL, NULL, COLUMN_TEXT}};
	const char *kind = command_line_word(context->line, 0);
	bool is_mcp = strcmp(kind, "mcp") == 0;
	OutputRows rows = {NULL, 0, 0};
	Ask ask = {
		.operation = is_mcp ? OPERATION_DIFF_MCP : OPERATION_DIFF_WORKFLOW,
		.names = {command_line_word(context->line, 1)},
		.query = {command_line_word(context->line, 2),
	              command_line_word(context->line, 3)},
	};
	JsonView answer;
	JsonWalk walk;

	if ((!is_mcp && strcmp(kind, "workflow") != 0) || ask.query[1] == NULL)
		return context_refuse(
			context,
			"For instance: diff mcp echo 1.0.0 1.1.0.",
			"diff wants mcp or workflow, a name and two versions");
	if (context_ask(context, &ask, &answer) != STATUS_OK)
		return context->code;
	walk = json_view_walk(answer);
	while (json_view_next(&walk))
		output_add_row(&context->output, &rows, walk.value);
	if (context->output.form == OUTPUT_TABLE)
		apply_print_differences(context, answer, "");
	else
		output_rows(&context->output, &rows, columns, "path");
	return rows.count > 0 ? EXIT_OUTCOME : EXIT_DONE;
}
