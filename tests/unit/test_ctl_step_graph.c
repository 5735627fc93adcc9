/*
 * test_ctl_step_graph.c
 *		Drawings of workflows: lanes, DOT, Mermaid.
 *
 * needs: daemon/ctl/step_graph.c daemon/ctl/step_graph_lanes.c
 * needs: daemon/ctl/step_graph_formats.c daemon/ctl/json_print.c
 * needs: daemon/arena.c daemon/json_view.c daemon/json_write.c
 * needs: daemon/memory.c daemon/text_buffer.c daemon/utf8.c
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#include "step_graph.h"

static StepGraph *
read_graph(Arena *arena, const char *rows)
{
	return step_graph_read(arena, json_view_trust(rows));
}

static const char *
lanes(Arena *arena, const char *rows, bool has_symbols)
{
	TextBuffer *buffer = text_buffer_create(arena);

	step_graph_draw_lanes(arena, read_graph(arena, rows), has_symbols, buffer);
	return text_buffer_text(buffer);
}

#define STEP(id, waits, critical)                                    \
	"{\"step_id\": \"" id "\", \"name\": \"" id                      \
	"\", \"kind\": \"mcp\", \"remarks\": [], \"waits_for\": [" waits \
	"], \"is_critical\": " critical "}"

static void
a_chain_is_one_lane(void **state)
{
	Arena *arena = arena_create();

	assert_string_equal(
		lanes(arena,
	          "[" STEP("a", "", "true") "," STEP("b", "\"a\"", "true") "]",
	          false),
		"*  a\n*  b\n");
	arena_destroy(arena);
}

static void
what_forks_is_joined_again(void **state)
{
	static const char rows[] =
		"[" STEP("a", "", "true") "," STEP("b", "\"a\"", "false") "," STEP(
			"c", "\"a\"", "true") "," STEP("d", "\"b\",\"c\"", "true") "]";
	Arena *arena = arena_create();

	assert_string_equal(lanes(arena, rows, false),
	                    "*    a\n"
	                    "+-+\n"
	                    "o |  b\n"
	                    "| *  c\n"
	                    "+-+\n"
	                    "*    d\n");
	assert_string_equal(lanes(arena, rows, true),
	                    "\u25CF    a\n"
	                    "\u251C\u2500\u2510\n"
	                    "\u25CB \u2502  b\n"
	                    "\u2502 \u25CF  c\n"
	                    "\u251C\u2500\u2518\n"
	                    "\u25CF    d\n");
	arena_destroy(arena);
}

static void
lanes_that_lead_elsewhere_are_crossed(void **state)
{
	Arena *arena = arena_create();

	assert_string_equal(
		lanes(
			arena,
			"[" STEP("a", "", "true") "," STEP("b", "", "true") "," STEP(
				"c", "\"a\"", "true") "," STEP("d", "\"a\",\"b\"", "true") "]",
			false),
		"*      a\n"
		"+-+\n"
		"| | *  b\n"
		"* | |  c\n"
		"  +-+\n"
		"  *    d\n");
	arena_destroy(arena);
}

static void
an_edge_that_a_longer_way_implies_is_not_drawn(void **state)
{
	Arena *arena = arena_create();
	const StepGraph *graph = read_graph(
		arena,
		"[" STEP("a", "", "true") "," STEP("b", "\"a\"", "true") "," STEP(
			"c", "\"a\",\"b\"", "true") "]");

	assert_true(step_graph_has_edge(graph, 0, 1));
	assert_true(step_graph_has_edge(graph, 1, 2));
	assert_false(step_graph_has_edge(graph, 0, 2));
	arena_destroy(arena);
}

static void
a_step_says_what_it_is(void **state)
{
	Arena *arena = arena_create();

	assert_string_equal(
		lanes(arena,
	          "[{\"step_id\": \"w\", \"name\": \"Wait\", \"kind\": \"wait\", "
	          "\"remarks\": [\"waits 3 s\", \"when $.x\"], \"waits_for\": [], "
	          "\"is_critical\": false}]",
	          false),
		"o  w  Wait  [wait]  (waits 3 s; when $.x)\n");
	assert_string_equal(lanes(arena, "[]", false), "");
	arena_destroy(arena);
}

static void
texts_of_others_stay_within_their_quotes(void **state)
{
	static const char rows[] =
		"[{\"step_id\": \"a\", \"name\": \"say \\\"]; \\\\ <b>#\", "
		"\"kind\": \"mcp\", \"remarks\": [], \"waits_for\": [], "
		"\"is_critical\": true}]";
	Arena *arena = arena_create();
	TextBuffer *buffer = text_buffer_create(arena);
	const StepGraph *graph = read_graph(arena, rows);

	step_graph_draw_dot(arena, graph, "a \"b\"", buffer);
	assert_string_equal(
		text_buffer_text(buffer),
		"digraph \"a \\\"b\\\"\" {\n\trankdir=TB;\n\tnode [shape=box];\n"
		"\tn0 [label=\"a\\nsay \\\"]; \\\\ <b>#\", style=bold];\n}\n");
	text_buffer_reset(buffer);
	step_graph_draw_mermaid(arena, graph, buffer);
	assert_string_equal(text_buffer_text(buffer),
	                    "flowchart TD\n"
	                    "    n0[\"a<br/>say #quot;]; \\ #lt;b#gt;#35;\"]\n");
	arena_destroy(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_chain_is_one_lane),
		cmocka_unit_test(what_forks_is_joined_again),
		cmocka_unit_test(lanes_that_lead_elsewhere_are_crossed),
		cmocka_unit_test(an_edge_that_a_longer_way_implies_is_not_drawn),
		cmocka_unit_test(a_step_says_what_it_is),
		cmocka_unit_test(texts_of_others_stay_within_their_quotes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
