/*
 * plan_graph.c
 *		What a plan's steps wait for: its shape.
 */
#include "postgres.h"

#include "plan_graph.h"
#include "plan_json.h"

/* Pairs of steps, one after the other, grouped by the later one. */
typedef struct EdgeList
{
	const RunPlan *plan;
	int *starts; /* step_count + 1 */
	int *befores;
	int count;
	int capacity;
	int *seen_by; /* by step: the last step that was found to wait for it */
	int after;    /* whose edges are being added */
} EdgeList;

static EdgeList create_edges(const RunPlan *plan);
static int chain_from(const RunPlan *plan, int *before, int step, int last);
static void add_edge(void *context, int before);
static void visit_expression(const PlanExpression *expression,
                             PlanGraphVisit visit, void *context);
static void
visit_input(const PlanInput *input, PlanGraphVisit visit, void *context);
static void compile_shape(RunPlan *plan, const EdgeList *edges);

void
plan_graph_chain(RunPlan *plan)
{
	int step_count = plan->shape.step_count;
	int *before = palloc_array(int, (Size) step_count + 1);
	EdgeList edges = create_edges(plan);
	int last = PLAN_NO_STEP;

	for (int i = 0; i < step_count; i++)
		if (plan->steps[i].stands_for == PLAN_NO_STEP)
			last = chain_from(plan, before, i, last);
	for (int i = 0; i < step_count; i++)
	{
		edges.starts[i] = edges.count;
		edges.after = i;
		if (before[i] != PLAN_NO_STEP)
			add_edge(&edges, before[i]);
	}
	edges.starts[step_count] = edges.count;
	compile_shape(plan, &edges);
}

/*
 * Whoever waits for a step waits for its fallback as well, which is SKIPPED where
 * it is not needed.
 */
void
plan_graph_weave(RunPlan *plan)
{
	int step_count = plan->shape.step_count;
	EdgeList edges = create_edges(plan);

	for (int i = 0; i < step_count; i++)
	{
		const PlanStep *step = &plan->steps[i];

		edges.starts[i] = edges.count;
		edges.after = i;
		for (int j = 0; j < step->depends_count; j++)
			add_edge(&edges, step->depends[j]);
		plan_graph_visit_used(plan, i, add_edge, &edges);
		if (step->stands_for != PLAN_NO_STEP)
			add_edge(&edges, step->stands_for);
	}
	edges.starts[step_count] = edges.count;
	compile_shape(plan, &edges);
}

void
plan_graph_visit_used(const RunPlan *plan, int ordinal, PlanGraphVisit visit,
                      void *context)
{
	const PlanStep *step = &plan->steps[ordinal];

	for (int i = 0; i < step->input_count; i++)
		visit_input(&step->inputs[i], visit, context);
	if (step->when != NULL)
		visit_expression(step->when, visit, context);
	if (step->items != NULL)
		visit_input(step->items, visit, context);
	if (step->wait.until != NULL)
		visit_input(step->wait.until, visit, context);
}

static EdgeList
create_edges(const RunPlan *plan)
{
	int step_count = plan->shape.step_count;
	EdgeList edges = {.plan = plan,
	                  .starts = palloc0_array(int, (Size) step_count + 1),
	                  .capacity = step_count + 1};

	edges.befores = palloc_array(int, (Size) edges.capacity);
	edges.seen_by = palloc_array(int, (Size) step_count + 1);
	for (int i = 0; i < step_count; i++)
		edges.seen_by[i] = -1;
	return edges;
}

/* The step and its fallbacks behind `last`; returns the last of them. */
static int
chain_from(const RunPlan *plan, int *before, int step, int last)
{
	for (; step != PLAN_NO_STEP; step = plan->steps[step].fallback_step)
	{
		before[step] = last;
		last = step;
	}
	return last;
}

static void
add_edge(void *context, int before)
{
	EdgeList *edges = context;
	int fallback = edges->plan->steps[before].fallback_step;

	if (before == edges->after || edges->seen_by[before] == edges->after)
		return;
	edges->seen_by[before] = edges->after;
	if (edges->count == edges->capacity)
	{
		edges->capacity *= 2;
		edges->befores =
			repalloc_array(edges->befores, int, (Size) edges->capacity);
	}
	edges->befores[edges->count++] = before;
	if (fallback != PLAN_NO_STEP && fallback != edges->after &&
	    edges->plan->steps[edges->after].stands_for != before)
		add_edge(edges, fallback);
}

static void
visit_expression(const PlanExpression *expression, PlanGraphVisit visit,
                 void *context)
{
	for (int i = 0; i < expression->step_count; i++)
		visit(context, expression->steps[i]);
}

static void
visit_input(const PlanInput *input, PlanGraphVisit visit, void *context)
{
	if (input->source == PLAN_STEP_OUTPUT)
		visit(context, input->step);
	else if (input->source == PLAN_EXPRESSION)
		visit_expression(input->expression, visit, context);
}

/* The same pairs, ordered by the step before: count, sum up, put in place. */
static void
compile_shape(RunPlan *plan, const EdgeList *edges)
{
	int step_count = plan->shape.step_count;
	int *starts = palloc0_array(int, (Size) step_count + 2);
	int *afters = palloc_array(int, (Size) edges->count + 1);

	for (int i = 0; i < edges->count; i++)
		starts[edges->befores[i] + 2]++;
	for (int i = 2; i < step_count + 2; i++)
		starts[i] += starts[i - 1];
	for (int after = 0; after < step_count; after++)
		for (int i = edges->starts[after]; i < edges->starts[after + 1]; i++)
			afters[starts[edges->befores[i] + 1]++] = after;
	plan->shape.before_starts = edges->starts;
	plan->shape.befores = edges->befores;
	plan->shape.after_starts = starts;
	plan->shape.afters = afters;
}
