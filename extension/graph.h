/*
 * graph.h
 *		What waits for what: order, levels, slack and the loops by their members.
 *
 * Nodes are 0 .. node_count - 1 in the order of the caller's list.  The graph
 * knows no JSON, no SQL and no server: the caller brings the memory and frees
 * it.  Time and memory are linear in nodes and edges, and nothing recurses, so
 * a chain of any length is as good as a flat list.
 */
#ifndef MCP_GRAPH_H
#define MCP_GRAPH_H

#include <stdbool.h>
#include <stddef.h>

/* The node `after` waits for the node `before`. */
typedef struct GraphEdge
{
	int before;
	int after;
} GraphEdge;

typedef struct Graph Graph;

/* How many bytes, aligned as malloc aligns, graph_init needs. */
extern size_t graph_size(int node_count, int edge_count);

/*
 * The graph of these edges, all of it inside `memory`.  An edge may be given
 * more than once and counts once; one from a node to itself is a loop.  The
 * edges are not needed afterwards.
 */
extern Graph *graph_init(void *memory, int node_count, const GraphEdge *edges,
                         int edge_count);

/* Those the node waits for, once each and ascending; returns how many. */
extern int graph_befores(const Graph *graph, int node, const int **befores);

/*
 * How many loops were found: none means that the graph has an order.  Every
 * knot of nodes that wait for each other shows at least one of its loops, and
 * no node stands in two of them, so all of them together are never longer than
 * the list.
 */
extern int graph_loop_count(const Graph *graph);

/*
 * The members of one loop: each waits for the next, the last for the first, and
 * the first is the one that stands first in the list.  Returns how many.
 */
extern int graph_loop(const Graph *graph, int loop, const int **members);

/*
 * The verbs below have meaning only where there is no loop.
 */

/*
 * All nodes, each after those it waits for.  Nothing is moved without need: a
 * list that already is in order comes back as it is.
 */
extern const int *graph_order(const Graph *graph);

/* 0 for a node that waits for nothing, else one more than its latest before. */
extern int graph_level(const Graph *graph, int node);

/* How many nodes the longest path has. */
extern int graph_longest_path(const Graph *graph);

/*
 * How many levels later the node could stand without making the longest path
 * longer.  The nodes without slack are the longest paths.
 */
extern int graph_slack(const Graph *graph, int node);

#endif
