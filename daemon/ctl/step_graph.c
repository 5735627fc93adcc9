/*
 * step_graph.c
 *		The steps of a workflow as a picture: what comes behind what.
 */
#include "step_graph.h"

#include "json_print.h"

#include <string.h>

static void read_node(Arena *arena, JsonView row, StepNode *node);
static void read_edges(Arena *arena, JsonView row, StepGraph *graph, int to);
static void reduce(Arena *arena, StepGraph *graph);

StepGraph *
step_graph_read(Arena *arena, JsonView rows)
{
	StepGraph *graph = arena_alloc(arena, sizeof(*graph));
	JsonWalk walk = json_view_walk(rows);
	size_t count = 0;
	int to = 0;

	while (json_view_next(&walk))
		count++;
	graph->count = (int) count;
	graph->nodes = arena_alloc(arena, (count + 1) * sizeof(StepNode));
	graph->edges = arena_alloc(arena, count * count + 1);
	walk = json_view_walk(rows);
	for (int i = 0; json_view_next(&walk); i++)
		read_node(arena, walk.value, &graph->nodes[i]);
	walk = json_view_walk(rows);
	while (json_view_next(&walk))
		read_edges(arena, walk.value, graph, to++);
	reduce(arena, graph);
	return graph;
}

bool
step_graph_has_edge(const StepGraph *graph, int from, int to)
{
	return graph->edges[(size_t) from * (size_t) graph->count + (size_t) to];
}

static void
read_node(Arena *arena, JsonView row, StepNode *node)
{
	JsonWalk walk = json_view_walk(json_view_find(row, "remarks"));

	node->step_id = json_print_cell(arena, json_view_find(row, "step_id"));
	node->name = json_print_cell(arena, json_view_find(row, "name"));
	node->kind = json_print_cell(arena, json_view_find(row, "kind"));
	node->is_critical =
		json_view_kind(json_view_find(row, "is_critical")) == JSON_VIEW_TRUE;
	node->remarks = "";
	while (json_view_next(&walk))
		node->remarks = arena_print(arena,
		                            "%s%s%s",
		                            node->remarks,
		                            *node->remarks ? "; " : "",
		                            json_print_cell(arena, walk.value));
}

static void
read_edges(Arena *arena, JsonView row, StepGraph *graph, int to)
{
	JsonWalk walk = json_view_walk(json_view_find(row, "waits_for"));

	while (json_view_next(&walk))
	{
		const char *name = json_print_cell(arena, walk.value);

		/* Only those above: the rows are in order, and so is the drawing. */
		for (int from = 0; from < to; from++)
		{
			if (strcmp(graph->nodes[from].step_id, name) == 0)
				graph->edges[(size_t) from * (size_t) graph->count +
				             (size_t) to] = true;
		}
	}
}

/* reaches[i][j]: there is a way from i to j of at least one edge. */
static void
reduce(Arena *arena, StepGraph *graph)
{
	size_t count = (size_t) graph->count;
	bool *reaches = arena_alloc(arena, count * count + 1);

	memcpy(reaches, graph->edges, count * count);
	for (size_t middle = 0; middle < count; middle++)
	{
		for (size_t from = 0; from < middle; from++)
		{
			if (!reaches[from * count + middle])
				continue;
			for (size_t to = middle + 1; to < count; to++)
			{
				if (!reaches[middle * count + to])
					continue;
				reaches[from * count + to] = true;
				graph->edges[from * count + to] = false;
			}
		}
	}
}
