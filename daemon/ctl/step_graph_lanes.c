/*
 * step_graph_lanes.c
 *		A line for each step; lanes at its left lead to those behind it.
 *
 * A lane is an edge that was begun and has not arrived.  Lanes that arrive
 * together are joined before the line of their step, and what comes behind it
 * forks below it.
 */
#include "step_graph.h"

#include <stdlib.h>
#include <string.h>

#define NO_TARGET (-1)

typedef struct Signs
{
	const char *lane;
	const char *empty;
	const char *step;
	const char *critical;
	const char *level; /* between two lanes */
	const char *cross;
	const char *left; /* the leftmost of a fork or a join */
	const char *fork;
	const char *fork_last;
	const char *join;
	const char *join_last;
} Signs;

static const Signs plain = {
	"|", " ", "o", "*", "-", "|", "+", "+", "+", "+", "+"};
static const Signs unicode = {"\u2502",
                              " ",
                              "\u25CB",
                              "\u25CF",
                              "\u2500",
                              "\u253C",
                              "\u251C",
                              "\u252C",
                              "\u2510",
                              "\u2534",
                              "\u2518"};

typedef struct Lanes
{
	const StepGraph *graph;
	const Signs *signs;
	TextBuffer *buffer;
	int *targets; /* where each lane leads to; NO_TARGET: it is free */
	bool *marks;  /* of the fork or join that is drawn */
	int count;    /* of those that are in use, and free ones between them */
	int widest;
} Lanes;

static void draw(Lanes *lanes);
static int arrive(Lanes *lanes, int step);
static int take_lane(Lanes *lanes, int step, int from);
static void draw_step(Lanes *lanes, int step, int lane);
static void leave(Lanes *lanes, int step, int lane);
static void draw_bar(Lanes *lanes, int left, bool is_join);
static const char *
bar_sign(const Lanes *lanes, int lane, int left, int right, bool is_join);
static void trim(Lanes *lanes);

void
step_graph_draw_lanes(Arena *arena, const StepGraph *graph, bool has_symbols,
                      TextBuffer *buffer)
{
	size_t most = (size_t) graph->count * (size_t) graph->count + 1;
	Lanes lanes = {.graph = graph,
	               .signs = has_symbols ? &unicode : &plain,
	               .buffer = text_buffer_create(arena)};

	lanes.targets = arena_alloc(arena, most * sizeof(int));
	lanes.marks = arena_alloc(arena, most * sizeof(bool));
	/* Once to see how wide it becomes, for the texts stand below each other. */
	draw(&lanes);
	lanes.buffer = buffer;
	draw(&lanes);
}

static void
draw(Lanes *lanes)
{
	lanes->count = 0;
	for (int step = 0; step < lanes->graph->count; step++)
	{
		int lane = arrive(lanes, step);

		draw_step(lanes, step, lane);
		leave(lanes, step, lane);
		trim(lanes);
	}
}

/* Joins the lanes that lead to the step; returns the lane it stands in. */
static int
arrive(Lanes *lanes, int step)
{
	int left = NO_TARGET;
	int joined = 0;

	memset(lanes->marks, 0, (size_t) lanes->count);
	for (int i = 0; i < lanes->count; i++)
	{
		if (lanes->targets[i] != step)
			continue;
		if (left == NO_TARGET)
			left = i;
		lanes->marks[i] = true;
		joined++;
	}
	if (left == NO_TARGET)
		return take_lane(lanes, step, 0);
	if (joined > 1)
		draw_bar(lanes, left, true);
	for (int i = left + 1; i < lanes->count; i++)
	{
		if (lanes->marks[i])
			lanes->targets[i] = NO_TARGET;
	}
	return left;
}

/* The first free one from there on, or a new one. */
static int
take_lane(Lanes *lanes, int step, int from)
{
	int lane = from;

	while (lane < lanes->count && lanes->targets[lane] != NO_TARGET)
		lane++;
	if (lane == lanes->count)
		lanes->count++;
	if (lanes->count > lanes->widest)
		lanes->widest = lanes->count;
	lanes->targets[lane] = step;
	return lane;
}

static void
draw_step(Lanes *lanes, int step, int lane)
{
	const StepNode *node = &lanes->graph->nodes[step];
	const Signs *signs = lanes->signs;
	TextBuffer *buffer = lanes->buffer;

	for (int i = 0; i < lanes->widest; i++)
	{
		bool is_used = i < lanes->count && lanes->targets[i] != NO_TARGET;

		if (i == lane)
			text_buffer_add_text(
				buffer, node->is_critical ? signs->critical : signs->step);
		else
			text_buffer_add_text(buffer, is_used ? signs->lane : signs->empty);
		text_buffer_add_text(buffer, signs->empty);
	}
	text_buffer_add_text(buffer, " ");
	text_buffer_add_text(buffer, node->step_id);
	if (strcmp(node->name, node->step_id) != 0)
	{
		text_buffer_add_text(buffer, "  ");
		text_buffer_add_text(buffer, node->name);
	}
	if (strcmp(node->kind, "mcp") != 0)
	{
		text_buffer_add_text(buffer, "  [");
		text_buffer_add_text(buffer, node->kind);
		text_buffer_add_text(buffer, "]");
	}
	if (*node->remarks)
	{
		text_buffer_add_text(buffer, "  (");
		text_buffer_add_text(buffer, node->remarks);
		text_buffer_add_text(buffer, ")");
	}
	text_buffer_add_text(buffer, "\n");
}

/* A lane for each edge that leaves; the first goes on in the step's own. */
static void
leave(Lanes *lanes, int step, int lane)
{
	int edges = 0;

	lanes->targets[lane] = NO_TARGET;
	memset(lanes->marks, 0, (size_t) lanes->count);
	for (int to = step + 1; to < lanes->graph->count; to++)
	{
		int taken;

		if (!step_graph_has_edge(lanes->graph, step, to))
			continue;
		taken = take_lane(lanes, to, lane);
		lanes->marks[taken] = true;
		edges++;
	}
	if (edges > 1)
		draw_bar(lanes, lane, false);
}

/* From the leftmost lane that is marked to the rightmost. */
static void
draw_bar(Lanes *lanes, int left, bool is_join)
{
	int right = lanes->count - 1;

	while (!lanes->marks[right])
		right--;
	for (int i = 0; i < lanes->count; i++)
	{
		text_buffer_add_text(lanes->buffer,
		                     bar_sign(lanes, i, left, right, is_join));
		if (i < lanes->count - 1)
			text_buffer_add_text(lanes->buffer,
			                     i >= left && i < right ? lanes->signs->level
			                                            : lanes->signs->empty);
	}
	text_buffer_add_text(lanes->buffer, "\n");
}

static const char *
bar_sign(const Lanes *lanes, int lane, int left, int right, bool is_join)
{
	const Signs *signs = lanes->signs;
	bool is_used = lanes->targets[lane] != NO_TARGET;

	if (lane < left || lane > right)
		return is_used ? signs->lane : signs->empty;
	if (lane == left)
		return signs->left;
	if (!lanes->marks[lane])
		return is_used ? signs->cross : signs->level;
	if (lane == right)
		return is_join ? signs->join_last : signs->fork_last;
	return is_join ? signs->join : signs->fork;
}

/* What was free at the right is no lane any more. */
static void
trim(Lanes *lanes)
{
	while (lanes->count > 0 && lanes->targets[lanes->count - 1] == NO_TARGET)
		lanes->count--;
}
