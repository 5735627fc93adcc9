/*
 * graph.c
 *		What waits for what: order, levels, slack and the loops by their members.
 *
 * One depth-first walk along the "waits for" edges, roots in list order, finds
 * order and loops together.  The stack of that walk is an array, not C's own.
 */
#include "graph.h"

#include <string.h>

/* Where a node is that has no place on the stack. */
enum
{
	NOT_SEEN = -1,
	DONE = -2
};

/* How many arrays of ints there are, to know their size in advance. */
enum
{
	ARRAYS_BY_NODE = 11,
	ARRAYS_BY_EDGE = 2
};

struct Graph
{
	int node_count;
	int ordered; /* how many nodes `order` has */
	int loop_count;
	int longest;
	int *order;
	int *level;  /* by node: nodes before it on the longest path to it */
	int *height; /* by node: nodes behind it on the longest path from it */
	int *before_start; /* by node: where its befores start */
	int *before_count; /* by node */
	int *befores;      /* of all nodes */
	int *loop_start;   /* by loop: where its members start; and the last end */
	int *loop_members; /* of all loops */
};

/* The walk: each node on the stack waits for the next. */
typedef struct Walk
{
	int depth;
	int *stack;
	int *cursor; /* by node: how many of its befores were looked at */
	int *place;  /* by node: its index in the stack, NOT_SEEN or DONE */
	int *looped; /* by index in the stack: the last index up to this one whose
	              * node stands in a loop already found, or -1 */
} Walk;

static int *take_array(int **memory, size_t count);
static void sort_edges(int *sorted, int *starts, int node_count,
                       const GraphEdge *edges, int edge_count);
static void turn_counts_into_starts(int *counts, int node_count);
static void fill_befores(Graph *graph, const int *sorted,
                         const GraphEdge *edges, int edge_count);
static void walk_from(Graph *graph, Walk *walk, int root);
static void push_node(Walk *walk, int node);
static void keep_loop(Graph *graph, Walk *walk, int start);
static void measure_paths(Graph *graph);

size_t
graph_size(int node_count, int edge_count)
{
	size_t by_node = ((size_t) node_count + 1) * ARRAYS_BY_NODE;
	size_t by_edge = (size_t) edge_count * ARRAYS_BY_EDGE;

	return sizeof(Graph) + (by_node + by_edge) * sizeof(int);
}

Graph *
graph_init(void *memory, int node_count, const GraphEdge *edges, int edge_count)
{
	Graph *graph = memory;
	int *rest = (int *) (graph + 1);
	size_t by_node = (size_t) node_count + 1;
	int *sorted;
	Walk walk = {0};

	memset(graph, 0, sizeof(Graph));
	graph->node_count = node_count;
	graph->order = take_array(&rest, by_node);
	graph->level = take_array(&rest, by_node);
	graph->height = take_array(&rest, by_node);
	graph->before_start = take_array(&rest, by_node);
	graph->before_count = take_array(&rest, by_node);
	graph->loop_start = take_array(&rest, by_node);
	graph->loop_members = take_array(&rest, by_node);
	walk.stack = take_array(&rest, by_node);
	walk.cursor = take_array(&rest, by_node);
	walk.place = take_array(&rest, by_node);
	walk.looped = take_array(&rest, by_node);
	graph->befores = take_array(&rest, (size_t) edge_count);
	sorted = take_array(&rest, (size_t) edge_count);

	/* The walk has not begun: its stack serves as scratch until then. */
	sort_edges(sorted, walk.stack, node_count, edges, edge_count);
	fill_befores(graph, sorted, edges, edge_count);

	for (int node = 0; node < node_count; node++)
		walk.place[node] = NOT_SEEN;
	for (int node = 0; node < node_count; node++)
		if (walk.place[node] == NOT_SEEN)
			walk_from(graph, &walk, node);
	if (graph->loop_count == 0)
		measure_paths(graph);
	return graph;
}

int
graph_befores(const Graph *graph, int node, const int **befores)
{
	*befores = graph->befores + graph->before_start[node];
	return graph->before_count[node];
}

int
graph_loop_count(const Graph *graph)
{
	return graph->loop_count;
}

int
graph_loop(const Graph *graph, int loop, const int **members)
{
	*members = graph->loop_members + graph->loop_start[loop];
	return graph->loop_start[loop + 1] - graph->loop_start[loop];
}

const int *
graph_order(const Graph *graph)
{
	return graph->order;
}

int
graph_level(const Graph *graph, int node)
{
	return graph->level[node];
}

int
graph_longest_path(const Graph *graph)
{
	return graph->longest;
}

int
graph_slack(const Graph *graph, int node)
{
	return graph->longest - 1 - graph->level[node] - graph->height[node];
}

/* Hands out the arrays behind the struct, one after the other. */
static int *
take_array(int **memory, size_t count)
{
	int *array = *memory;

	memset(array, 0, count * sizeof(int));
	*memory += count;
	return array;
}

/*
 * The edges sorted by their `before`, as indices: a counting sort, which keeps
 * the whole linear.  `starts` is scratch.
 */
static void
sort_edges(int *sorted, int *starts, int node_count, const GraphEdge *edges,
           int edge_count)
{
	for (int i = 0; i < edge_count; i++)
		starts[edges[i].before]++;
	turn_counts_into_starts(starts, node_count);
	for (int i = 0; i < edge_count; i++)
		sorted[starts[edges[i].before]++] = i;
}

/* Turns counts by node into the places where each node's share starts. */
static void
turn_counts_into_starts(int *counts, int node_count)
{
	int start = 0;

	for (int node = 0; node <= node_count; node++)
	{
		int count = counts[node];

		counts[node] = start;
		start += count;
	}
}

/*
 * Gives each node its befores.  The edges come by ascending `before`, so a
 * second copy of an edge follows the first at once and is seen as such.
 */
static void
fill_befores(Graph *graph, const int *sorted, const GraphEdge *edges,
             int edge_count)
{
	for (int i = 0; i < edge_count; i++)
		graph->before_start[edges[i].after]++;
	turn_counts_into_starts(graph->before_start, graph->node_count);

	for (int i = 0; i < edge_count; i++)
	{
		const GraphEdge *edge = &edges[sorted[i]];
		int *befores = graph->befores + graph->before_start[edge->after];
		int *count = &graph->before_count[edge->after];

		if (*count == 0 || befores[*count - 1] != edge->before)
			befores[(*count)++] = edge->before;
	}
}

/* Visits all that the root waits for and was not seen, then the root. */
static void
walk_from(Graph *graph, Walk *walk, int root)
{
	push_node(walk, root);
	while (walk->depth > 0)
	{
		int node = walk->stack[walk->depth - 1];

		if (walk->cursor[node] < graph->before_count[node])
		{
			const int *befores = graph->befores + graph->before_start[node];
			int next = befores[walk->cursor[node]++];

			if (walk->place[next] == NOT_SEEN)
				push_node(walk, next);
			else if (walk->place[next] != DONE)
				keep_loop(graph, walk, walk->place[next]);
		}
		else
		{
			walk->place[node] = DONE;
			walk->depth--;
			graph->order[graph->ordered++] = node;
		}
	}
}

static void
push_node(Walk *walk, int node)
{
	int place = walk->depth++;

	walk->stack[place] = node;
	walk->place[node] = place;
	walk->looped[place] = place > 0 ? walk->looped[place - 1] : -1;
}

/*
 * Keeps the loop that the stack holds from `start` to its top, unless a member
 * already stands in another one.  It is turned so that the member that stands
 * first in the list comes first.
 */
static void
keep_loop(Graph *graph, Walk *walk, int start)
{
	int length = walk->depth - start;
	int *members = graph->loop_members + graph->loop_start[graph->loop_count];
	int first = start;

	if (walk->looped[walk->depth - 1] >= start)
		return;
	for (int place = start; place < walk->depth; place++)
	{
		if (walk->stack[place] < walk->stack[first])
			first = place;
		walk->looped[place] = place;
	}
	for (int i = 0; i < length; i++)
		members[i] = walk->stack[start + (first - start + i) % length];
	graph->loop_count++;
	graph->loop_start[graph->loop_count] =
		graph->loop_start[graph->loop_count - 1] + length;
}

/* Along the order for the levels, against it for the heights. */
static void
measure_paths(Graph *graph)
{
	for (int i = 0; i < graph->node_count; i++)
	{
		int node = graph->order[i];
		const int *befores;
		int count = graph_befores(graph, node, &befores);

		for (int j = 0; j < count; j++)
			if (graph->level[node] <= graph->level[befores[j]])
				graph->level[node] = graph->level[befores[j]] + 1;
		if (graph->longest <= graph->level[node])
			graph->longest = graph->level[node] + 1;
	}
	for (int i = graph->node_count - 1; i >= 0; i--)
	{
		int node = graph->order[i];
		const int *befores;
		int count = graph_befores(graph, node, &befores);

		for (int j = 0; j < count; j++)
			if (graph->height[befores[j]] <= graph->height[node])
				graph->height[befores[j]] = graph->height[node] + 1;
	}
}
