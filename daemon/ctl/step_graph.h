/*
 * step_graph.h
 *		The steps of a workflow as a picture: what comes behind what.
 *
 * Read from the rows of mcp.explain_workflow, which knows every way in which a
 * step may wait for another.  An edge that a longer way implies is not drawn.
 */
#ifndef MCPCTL_STEP_GRAPH_H
#define MCPCTL_STEP_GRAPH_H

#include "json_view.h"
#include "text_buffer.h"

#include <stdbool.h>

typedef struct StepNode
{
	const char *step_id;
	const char *name;
	const char *kind;    /* "mcp", "workflow", "wait" */
	const char *remarks; /* joined by "; ", or "" */
	bool is_critical;
} StepNode;

typedef struct StepGraph
{
	int count;
	StepNode *nodes; /* each behind those that it waits for */
	bool *edges;     /* [from * count + to] */
} StepGraph;

extern StepGraph *step_graph_read(Arena *arena, JsonView rows);

extern bool step_graph_has_edge(const StepGraph *graph, int from, int to);

/* A line for each step, with lanes at its left; has_symbols: lines of Unicode. */
extern void step_graph_draw_lanes(Arena *arena, const StepGraph *graph,
                                  bool has_symbols, TextBuffer *buffer);

/* For Graphviz, and for Mermaid; name is the workflow's. */
extern void step_graph_draw_dot(Arena *arena, const StepGraph *graph,
                                const char *name, TextBuffer *buffer);
extern void step_graph_draw_mermaid(Arena *arena, const StepGraph *graph,
                                    TextBuffer *buffer);

#endif
