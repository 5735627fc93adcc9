/*
 * step_graph_formats.c
 *		The steps of a workflow for other programs to draw: DOT, Mermaid.
 *
 * Names of ours are n0, n1 and so on; the texts of others stand in labels only,
 * quoted as each language wants it.
 */
#include "step_graph.h"

#include "json_print.h"

#include <string.h>

static const char *
print_label(Arena *arena, const StepNode *node, const char *line_end);
static const char *quote_dot(Arena *arena, const char *text);
static const char *quote_mermaid(Arena *arena, const char *text);

void
step_graph_draw_dot(Arena *arena, const StepGraph *graph, const char *name,
                    TextBuffer *buffer)
{
	text_buffer_add_text(buffer,
	                     arena_print(arena,
	                                 "digraph \"%s\" {\n\trankdir=TB;\n"
	                                 "\tnode [shape=box];\n",
	                                 quote_dot(arena, name)));
	for (int i = 0; i < graph->count; i++)
	{
		const StepNode *node = &graph->nodes[i];

		text_buffer_add_text(
			buffer,
			arena_print(arena,
		                "\tn%d [label=\"%s\"%s%s];\n",
		                i,
		                quote_dot(arena, print_label(arena, node, "\n")),
		                node->is_critical ? ", style=bold" : "",
		                strcmp(node->kind, "wait") == 0 ? ", shape=ellipse"
		                                                : ""));
	}
	for (int from = 0; from < graph->count; from++)
	{
		for (int to = 0; to < graph->count; to++)
		{
			if (step_graph_has_edge(graph, from, to))
				text_buffer_add_text(
					buffer, arena_print(arena, "\tn%d -> n%d;\n", from, to));
		}
	}
	text_buffer_add_text(buffer, "}\n");
}

void
step_graph_draw_mermaid(Arena *arena, const StepGraph *graph,
                        TextBuffer *buffer)
{
	text_buffer_add_text(buffer, "flowchart TD\n");
	for (int i = 0; i < graph->count; i++)
	{
		const StepNode *node = &graph->nodes[i];
		bool is_wait = strcmp(node->kind, "wait") == 0;

		text_buffer_add_text(
			buffer,
			arena_print(arena,
		                "    n%d%s\"%s\"%s\n",
		                i,
		                is_wait ? "([" : "[",
		                quote_mermaid(arena, print_label(arena, node, "\n")),
		                is_wait ? "])" : "]"));
	}
	for (int from = 0; from < graph->count; from++)
	{
		for (int to = 0; to < graph->count; to++)
		{
			if (step_graph_has_edge(graph, from, to))
				text_buffer_add_text(
					buffer, arena_print(arena, "    n%d --> n%d\n", from, to));
		}
	}
}

static const char *
print_label(Arena *arena, const StepNode *node, const char *line_end)
{
	bool is_same = strcmp(node->name, node->step_id) == 0;

	return arena_print(arena,
	                   "%s%s%s%s%s",
	                   node->step_id,
	                   is_same ? "" : line_end,
	                   is_same ? "" : node->name,
	                   *node->remarks ? line_end : "",
	                   node->remarks);
}

static const char *
quote_dot(Arena *arena, const char *text)
{
	TextBuffer *buffer = text_buffer_create(arena);

	for (; *text; text++)
	{
		if (*text == '\n')
			text_buffer_add_text(buffer, "\\n");
		else
		{
			if (*text == '"' || *text == '\\')
				text_buffer_add_text(buffer, "\\");
			text_buffer_add(buffer, text, 1);
		}
	}
	return text_buffer_text(buffer);
}

/* Mermaid has entities like those of HTML, begun by "#". */
static const char *
quote_mermaid(Arena *arena, const char *text)
{
	static const struct
	{
		char character;
		const char *written;
	} entities[] = {{'"', "#quot;"},
	                {'#', "#35;"},
	                {'<', "#lt;"},
	                {'>', "#gt;"},
	                {'\n', "<br/>"}};
	TextBuffer *buffer = text_buffer_create(arena);

	for (; *text; text++)
	{
		const char *written = NULL;

		for (size_t i = 0; i < sizeof(entities) / sizeof(entities[0]); i++)
		{
			if (entities[i].character == *text)
				written = entities[i].written;
		}
		if (written)
			text_buffer_add_text(buffer, written);
		else
			text_buffer_add(buffer, text, 1);
	}
	return text_buffer_text(buffer);
}
