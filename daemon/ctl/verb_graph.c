/*
 * verb_graph.c
 *		explain, graph: what waits for what in a workflow.
 */
#include "listing.h"
#include "step_graph.h"
#include "verb.h"

#include <string.h>

ExitCode
verb_explain(Context *context)
{
	static const Column columns[] = {
		{"LEVEL", "level", COLUMN_NUMBER},
		{"STEP", "step_id", COLUMN_TEXT},
		{"NAME", "name", COLUMN_TEXT},
		{"KIND", "kind", COLUMN_TEXT},
		{"CRITICAL", "is_critical", COLUMN_TEXT},
		{"WAITS FOR", "waits_for", COLUMN_LAST},
		{"REMARKS", "remarks", COLUMN_LAST},
		{NULL, NULL, COLUMN_TEXT},
	};
	Ask ask = {.operation = OPERATION_EXPLAIN_WORKFLOW,
	           .names = {command_line_word(context->line, 0)}};

	return listing_print(context, &ask, columns, "step_id");
}

ExitCode
verb_graph(Context *context)
{
	const char *name = command_line_word(context->line, 0);
	const char *format = command_line_text(context->line, "format");
	Ask ask = {.operation = OPERATION_EXPLAIN_WORKFLOW, .names = {name}};
	TextBuffer *buffer = text_buffer_create(context->arena);
	StepGraph *graph;
	JsonView answer;

	if (format == NULL)
		format = "ascii";
	if (strcmp(format, "ascii") != 0 && strcmp(format, "dot") != 0 &&
	    strcmp(format, "mermaid") != 0)
		return context_refuse(context,
		                      "There are ascii, dot and mermaid.",
		                      "there is no format \"%s\"",
		                      format);
	if (context_ask(context, &ask, &answer) != STATUS_OK)
		return context->code;
	graph = step_graph_read(context->arena, answer);
	if (strcmp(format, "dot") == 0)
		step_graph_draw_dot(context->arena, graph, name, buffer);
	else if (strcmp(format, "mermaid") == 0)
		step_graph_draw_mermaid(context->arena, graph, buffer);
	else
		step_graph_draw_lanes(context->arena,
		                      graph,
		                      context->output.terminal.has_symbols,
		                      buffer);
	output_text(&context->output, text_buffer_text(buffer));
	return EXIT_DONE;
}
