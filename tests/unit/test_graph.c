/*
 * test_graph.c
 *		The graph by hand-made cases, by size, and against a naive reference.
 *
 * The random graphs come from a seed that every failure prints; give it again
 * as GRAPH_SEED to see the same ones.
 *
 * needs: extension/graph.c
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "graph.h"

#define EDGES(...) ((GraphEdge[]){__VA_ARGS__})
#define MEMBERS(...) ((int[]){__VA_ARGS__})

/* The graph in memory of exactly the promised size, so ASan sees a byte more. */
static Graph *
make_graph(int node_count, const GraphEdge *edges, int edge_count)
{
	void *memory = malloc(graph_size(node_count, edge_count));

	assert_non_null(memory);
	/* Whatever stood there before must not matter. */
	memset(memory, 0xAB, graph_size(node_count, edge_count));
	return graph_init(memory, node_count, edges, edge_count);
}

static void
assert_loop(const Graph *graph, int loop, const int *expected, int length)
{
	const int *members;

	assert_int_equal(graph_loop(graph, loop, &members), length);
	assert_memory_equal(members, expected, (size_t) length * sizeof(int));
}

static void
no_nodes_have_an_empty_order(void **state)
{
	Graph *graph = make_graph(0, NULL, 0);

	assert_int_equal(graph_loop_count(graph), 0);
	assert_int_equal(graph_longest_path(graph), 0);
	free(graph);
}

static void
one_node_is_the_longest_path(void **state)
{
	Graph *graph = make_graph(1, NULL, 0);

	assert_int_equal(graph_loop_count(graph), 0);
	assert_int_equal(graph_order(graph)[0], 0);
	assert_int_equal(graph_level(graph, 0), 0);
	assert_int_equal(graph_longest_path(graph), 1);
	assert_int_equal(graph_slack(graph, 0), 0);
	free(graph);
}

static void
a_list_in_order_stays_as_it_is(void **state)
{
	GraphEdge *edges = EDGES({0, 3}, {1, 4}, {3, 4}, {0, 2});
	Graph *graph = make_graph(5, edges, 4);

	assert_memory_equal(
		graph_order(graph), MEMBERS(0, 1, 2, 3, 4), 5 * sizeof(int));
	free(graph);
}

static void
a_node_moves_behind_what_it_waits_for(void **state)
{
	Graph *graph = make_graph(4, EDGES({2, 0}, {3, 2}), 2);

	assert_memory_equal(
		graph_order(graph), MEMBERS(3, 2, 0, 1), 4 * sizeof(int));
	free(graph);
}

static void
an_edge_given_twice_counts_once(void **state)
{
	GraphEdge *edges = EDGES({1, 2}, {0, 2}, {1, 2}, {1, 2}, {0, 2});
	Graph *graph = make_graph(3, edges, 5);
	const int *befores;

	assert_int_equal(graph_befores(graph, 2, &befores), 2);
	assert_memory_equal(befores, MEMBERS(0, 1), 2 * sizeof(int));
	assert_int_equal(graph_befores(graph, 0, &befores), 0);
	free(graph);
}

static void
levels_and_slack_show_the_longest_path(void **state)
{
	/* 0 -> 1 -> 2 -> 4, 0 -> 3 -> 4, and 5 alone */
	GraphEdge *edges = EDGES({0, 1}, {1, 2}, {2, 4}, {0, 3}, {3, 4});
	Graph *graph = make_graph(6, edges, 5);
	const int *level = MEMBERS(0, 1, 2, 1, 3, 0);
	const int *slack = MEMBERS(0, 0, 0, 1, 0, 3);

	assert_int_equal(graph_longest_path(graph), 4);
	for (int node = 0; node < 6; node++)
	{
		assert_int_equal(graph_level(graph, node), level[node]);
		assert_int_equal(graph_slack(graph, node), slack[node]);
	}
	free(graph);
}

static void
a_node_that_waits_for_itself_is_a_loop(void **state)
{
	Graph *graph = make_graph(2, EDGES({1, 1}), 1);

	assert_int_equal(graph_loop_count(graph), 1);
	assert_loop(graph, 0, MEMBERS(1), 1);
	free(graph);
}

static void
a_loop_starts_with_its_first_in_the_list(void **state)
{
	/* 3 waits for 1, 1 for 2, 2 for 3; 0 waits for 3 and is not in it. */
	GraphEdge *edges = EDGES({3, 0}, {1, 3}, {2, 1}, {3, 2});
	Graph *graph = make_graph(4, edges, 4);

	assert_int_equal(graph_loop_count(graph), 1);
	assert_loop(graph, 0, MEMBERS(1, 2, 3), 3);
	free(graph);
}

static void
every_loop_apart_is_found(void **state)
{
	GraphEdge *edges = EDGES({0, 1}, {1, 0}, {2, 3}, {3, 2}, {4, 4}, {1, 2});
	Graph *graph = make_graph(5, edges, 6);

	assert_int_equal(graph_loop_count(graph), 3);
	assert_loop(graph, 0, MEMBERS(0, 1), 2);
	assert_loop(graph, 1, MEMBERS(2, 3), 2);
	assert_loop(graph, 2, MEMBERS(4), 1);
	free(graph);
}

/* Each of n nodes waits for the one behind it in the list: the deepest walk. */
static GraphEdge *
make_backward_chain(int node_count)
{
	GraphEdge *edges = malloc((size_t) node_count * sizeof(GraphEdge));

	assert_non_null(edges);
	for (int i = 0; i < node_count; i++)
		edges[i] = (GraphEdge){(i + 1) % node_count, i};
	return edges;
}

static void
a_chain_of_a_million_does_not_recurse(void **state)
{
	int count = 1000 * 1000;
	GraphEdge *edges = make_backward_chain(count);
	Graph *graph = make_graph(count, edges, count - 1);

	assert_int_equal(graph_loop_count(graph), 0);
	assert_int_equal(graph_longest_path(graph), count);
	for (int i = 0; i < count; i++)
	{
		assert_int_equal(graph_order(graph)[i], count - 1 - i);
		assert_int_equal(graph_level(graph, i), count - 1 - i);
	}
	free(graph);
	free(edges);
}

static void
a_loop_of_a_million_is_named_whole(void **state)
{
	int count = 1000 * 1000;
	GraphEdge *edges = make_backward_chain(count);
	Graph *graph = make_graph(count, edges, count);
	const int *members;

	assert_int_equal(graph_loop_count(graph), 1);
	assert_int_equal(graph_loop(graph, 0, &members), count);
	for (int i = 0; i < count; i++)
		assert_int_equal(members[i], i);
	free(graph);
	free(edges);
}

/*
 * 1,500 nodes that all wait for each other: over two million edges close a loop
 * while the stack is deep, and looking each of those loops through would take
 * hours.  That this test ends is what it tests.
 */
static void
a_knot_of_all_with_all_is_linear(void **state)
{
	int count = 1500;
	int edge_count = 0;
	GraphEdge *edges =
		malloc((size_t) count * (size_t) count * sizeof(GraphEdge));
	Graph *graph;

	assert_non_null(edges);
	for (int i = 0; i < count; i++)
		for (int j = 0; j < count; j++)
			if (i != j)
				edges[edge_count++] = (GraphEdge){i, j};
	graph = make_graph(count, edges, edge_count);
	assert_in_range(graph_loop_count(graph), 1, count / 2);
	free(graph);
	free(edges);
}

/* The naive reference: adjacency and reachability as matrices. */

enum
{
	MOST_NODES = 12,
	MOST_EDGES = 40,
	ROUNDS = 20000
};

typedef struct Reference
{
	int node_count;
	int edge_count;
	GraphEdge edges[MOST_EDGES];
	bool waits[MOST_NODES][MOST_NODES];   /* [after][before] */
	bool reaches[MOST_NODES][MOST_NODES]; /* the same over any way */
} Reference;

static int
random_below(uint64_t *seed, int limit)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return (int) (*seed % (uint64_t) limit);
}

/* Half of the graphs have only edges along some order, so half have no loop. */
static void
draw_reference(Reference *reference, uint64_t *seed)
{
	bool is_ordered = random_below(seed, 2) == 0;
	int turn = random_below(seed, MOST_NODES);

	memset(reference, 0, sizeof(*reference));
	reference->node_count = 1 + random_below(seed, MOST_NODES);
	reference->edge_count = random_below(seed, MOST_EDGES);
	for (int i = 0; i < reference->edge_count; i++)
	{
		int count = reference->node_count;
		int low = random_below(seed, count);
		int high = random_below(seed, count);

		if (is_ordered && count > 1)
		{
			low = random_below(seed, count - 1);
			high = low + 1 + random_below(seed, count - 1 - low);
		}
		else if (is_ordered)
		{
			reference->edge_count = 0;
			break;
		}
		low = (low + turn) % count;
		high = (high + turn) % count;
		reference->edges[i] = (GraphEdge){low, high};
		reference->waits[high][low] = true;
		reference->reaches[high][low] = true;
	}
	for (int via = 0; via < reference->node_count; via++)
		for (int from = 0; from < reference->node_count; from++)
			for (int to = 0; to < reference->node_count; to++)
				if (reference->reaches[from][via] &&
				    reference->reaches[via][to])
					reference->reaches[from][to] = true;
}

static int
naive_level(const Reference *reference, int node)
{
	int level = 0;

	for (int before = 0; before < reference->node_count; before++)
		if (reference->waits[node][before] &&
		    naive_level(reference, before) >= level)
			level = naive_level(reference, before) + 1;
	return level;
}

static int
naive_height(const Reference *reference, int node)
{
	int height = 0;

	for (int after = 0; after < reference->node_count; after++)
		if (reference->waits[after][node] &&
		    naive_height(reference, after) >= height)
			height = naive_height(reference, after) + 1;
	return height;
}

static void
compare_befores(const Reference *reference, const Graph *graph)
{
	for (int node = 0; node < reference->node_count; node++)
	{
		const int *befores;
		int count = graph_befores(graph, node, &befores);
		int seen = 0;

		for (int before = 0; before < reference->node_count; before++)
			if (reference->waits[node][before])
			{
				assert_true(seen < count);
				assert_int_equal(befores[seen++], before);
			}
		assert_int_equal(seen, count);
	}
}

static void
compare_order(const Reference *reference, const Graph *graph)
{
	const int *order = graph_order(graph);
	bool is_seen[MOST_NODES] = {false};
	int longest = 0;

	for (int i = 0; i < reference->node_count; i++)
	{
		assert_false(is_seen[order[i]]);
		for (int before = 0; before < reference->node_count; before++)
			if (reference->waits[order[i]][before])
				assert_true(is_seen[before]);
		is_seen[order[i]] = true;
	}
	for (int node = 0; node < reference->node_count; node++)
	{
		int level = naive_level(reference, node);

		assert_int_equal(graph_level(graph, node), level);
		longest = level + 1 > longest ? level + 1 : longest;
	}
	assert_int_equal(graph_longest_path(graph), longest);
	for (int node = 0; node < reference->node_count; node++)
		assert_int_equal(graph_slack(graph, node) +
		                     naive_level(reference, node) +
		                     naive_height(reference, node),
		                 longest - 1);
}

/* Real loops, apart from each other, and one at least for every knot. */
static void
compare_loops(const Reference *reference, const Graph *graph)
{
	bool is_named[MOST_NODES] = {false};

	for (int loop = 0; loop < graph_loop_count(graph); loop++)
	{
		const int *members;
		int count = graph_loop(graph, loop, &members);

		assert_in_range(count, 1, reference->node_count);
		for (int i = 0; i < count; i++)
		{
			assert_true(reference->waits[members[i]][members[(i + 1) % count]]);
			assert_true(members[0] <= members[i]);
			assert_false(is_named[members[i]]);
			is_named[members[i]] = true;
		}
	}
	for (int node = 0; node < reference->node_count; node++)
	{
		bool is_covered = !reference->reaches[node][node];

		for (int other = 0; other < reference->node_count; other++)
			if (is_named[other] && reference->reaches[node][other] &&
			    reference->reaches[other][node])
				is_covered = true;
		assert_true(is_covered);
	}
}

static void
random_graphs_agree_with_the_reference(void **state)
{
	const char *given = getenv("GRAPH_SEED");
	uint64_t seed = given != NULL ? strtoull(given, NULL, 0)
	                              : (uint64_t) time(NULL) * 2654435761U;
	int without_loop = 0;

	print_message("GRAPH_SEED=%llu\n", (unsigned long long) seed);
	seed |= 1;
	for (int round = 0; round < ROUNDS; round++)
	{
		Reference reference;
		Graph *graph;

		draw_reference(&reference, &seed);
		graph = make_graph(
			reference.node_count, reference.edges, reference.edge_count);
		compare_befores(&reference, graph);
		compare_loops(&reference, graph);
		if (graph_loop_count(graph) == 0)
		{
			compare_order(&reference, graph);
			without_loop++;
		}
		free(graph);
	}
	/* Both kinds must really have been drawn. */
	assert_in_range(without_loop, ROUNDS / 4, ROUNDS - ROUNDS / 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_nodes_have_an_empty_order),
		cmocka_unit_test(one_node_is_the_longest_path),
		cmocka_unit_test(a_list_in_order_stays_as_it_is),
		cmocka_unit_test(a_node_moves_behind_what_it_waits_for),
		cmocka_unit_test(an_edge_given_twice_counts_once),
		cmocka_unit_test(levels_and_slack_show_the_longest_path),
		cmocka_unit_test(a_node_that_waits_for_itself_is_a_loop),
		cmocka_unit_test(a_loop_starts_with_its_first_in_the_list),
		cmocka_unit_test(every_loop_apart_is_found),
		cmocka_unit_test(a_chain_of_a_million_does_not_recurse),
		cmocka_unit_test(a_loop_of_a_million_is_named_whole),
		cmocka_unit_test(a_knot_of_all_with_all_is_linear),
		cmocka_unit_test(random_graphs_agree_with_the_reference),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
