/*
 * plan.c
 *		A workflow version, compiled.
 *
 * The definition was checked when it was written, so whatever is not as it
 * should be is damage and raises; nothing is decided here.
 */
#include "postgres.h"

#include "json_document.h"
#include "plan.h"
#include "plan_graph.h"
#include "plan_json.h"
#include "plan_source.h"
#include "plan_step.h"
#include "utils/builtins.h"

/* The back-off of "Retry with Backoff", as COMPAT has it. */
#define BACKOFF_SECONDS_FIRST 1.0
#define BACKOFF_SECONDS_MAX 30.0
#define BACKOFF_JITTER 0.2

/* The steps that a step uses, as they are found. */
typedef struct UsedSteps
{
	int *steps;
	int count;
	int capacity;
} UsedSteps;

static void
compile_start(RunPlan *plan, JsonbContainer *definition, const NameMap *names);
static PlanRetry compile_strategy(RunPlan *plan, JsonbContainer *definition);
static NameMap *compile_names(RunPlan *plan, JsonbContainer *steps);
static void compile_graph(RunPlan *plan, JsonbContainer *definition);
static void expand_expressions(RunPlan *plan, bool is_sequential);
static void expand_expression(const RunPlan *plan, int step,
                              PlanExpression *expression, bool is_sequential);
static void expand_input(const RunPlan *plan, int step, PlanInput *input,
                         bool is_sequential);
static void find_used(RunPlan *plan);
static void add_used(void *context, int step);
static void find_special(RunPlan *plan);
static void compile_outputs(RunPlan *plan, JsonbContainer *definition,
                            const NameMap *names);

RunPlan *
plan_compile(Jsonb *definition)
{
	RunPlan *plan = palloc0_object(RunPlan);
	JsonbContainer *root = &definition->root;
	JsonbContainer *steps = plan_json_array(root, "steps");
	PlanRetry retry;
	NameMap *names;

	plan->shape.step_count = (int) JsonContainerSize(steps);
	plan->steps =
		palloc0_array(PlanStep, (Size) Max(plan->shape.step_count, 1));
	retry = compile_strategy(plan, root);
	names = compile_names(plan, steps);
	compile_start(plan, root, names);
	for (int i = 0; i < plan->shape.step_count; i++)
	{
		PlanStep *step = &plan->steps[i];

		plan_step_compile(
			plan->steps, i, plan_json_item(steps, i), names, &retry);
		if (step->kind == PLAN_STEP_MCP && step->version_str == NULL)
			plan->has_latest = true;
	}
	compile_graph(plan, root);
	find_used(plan);
	find_special(plan);
	compile_outputs(plan, root, names);
	return plan;
}

RunPlan *
plan_compile_mcp(const char *name)
{
	static const int no_edges[2] = {0, 0};
	RunPlan *plan = palloc0_object(RunPlan);

	plan->shape = (RunShape){.step_count = 1,
	                         .before_starts = no_edges,
	                         .befores = no_edges,
	                         .after_starts = no_edges,
	                         .afters = no_edges};
	plan->steps = palloc0_object(PlanStep);
	plan->steps->step_id = "run";
	plan->steps->name = name;
	plan->steps->takes_run_inputs = true;
	plan->steps->retry.max_attempts = 1;
	plan->steps->fallback_step = PLAN_NO_STEP;
	plan->steps->stands_for = PLAN_NO_STEP;
	return plan;
}

/* What holds for a run from its start on. */
static void
compile_start(RunPlan *plan, JsonbContainer *definition, const NameMap *names)
{
	JsonbContainer *concurrency =
		plan_json_find_object(definition, "concurrency");
	JsonbValue value;

	if (concurrency != NULL)
	{
		plan->concurrency_limit = plan_json_int(concurrency, "limit", 0);
		if (plan_json_find(concurrency, "key", &value))
			plan->concurrency_key =
				plan_source_compile_expression(&value, names);
	}

	plan->timeout = plan_json_double(definition, "timeout_seconds", 0);
	plan->queue = plan_json_find_text(definition, "queue");
	plan->has_priority = plan_json_find(definition, "priority", &value);
	plan->priority = plan_json_int(definition, "priority", 0);
	if (plan_json_find(definition, "input_schema", &value))
		plan->input_schema = json_document_make(&value);
}

/* What holds for the steps that say nothing of their own. */
static PlanRetry
compile_strategy(RunPlan *plan, JsonbContainer *definition)
{
	JsonbContainer *handling = plan_json_object(definition, "error_handling");
	PlanRetry retry = {.max_attempts = 1,
	                   .delay = BACKOFF_SECONDS_FIRST,
	                   .backoff_factor = 1,
	                   .max_delay = BACKOFF_SECONDS_MAX,
	                   .jitter = BACKOFF_JITTER,
	                   .on_count = -1};
	JsonbValue strategy;

	plan_json_string(handling, "strategy", &strategy);
	if (plan_json_is(&strategy, "Retry with Backoff"))
	{
		retry.max_attempts = plan_json_int(handling, "max_retries", 0) + 1;
		retry.backoff_factor = plan_json_double(handling, "backoff_factor", 1);
	}
	else if (plan_json_is(&strategy, "Fallback Chain"))
	{
		plan->has_fallback = true;
		plan->fallback_id = *DatumGetUUIDP(DirectFunctionCall1(
			uuid_in,
			CStringGetDatum(plan_json_text(handling, "fallback_workflow_id"))));
	}
	else if (!plan_json_is(&strategy, "Stop on Error"))
		plan_json_raise("strategy");
	return retry;
}

static NameMap *
compile_names(RunPlan *plan, JsonbContainer *steps)
{
	NameMap *names = name_map_create();

	for (int i = 0; i < plan->shape.step_count; i++)
	{
		plan_step_compile_names(&plan->steps[i], plan_json_item(steps, i));
		if (name_map_add(names, plan->steps[i].step_id, i) >= 0)
			plan_json_raise("step_id");
	}
	return names;
}

static void
compile_graph(RunPlan *plan, JsonbContainer *definition)
{
	JsonbValue mode;
	bool is_sequential;

	plan_json_string(definition, "execution_mode", &mode);
	is_sequential = plan_json_is(&mode, "sequential");
	if (!is_sequential && !plan_json_is(&mode, "parallel"))
		plan_json_raise("execution_mode");
	expand_expressions(plan, is_sequential);
	if (is_sequential)
		plan_graph_chain(plan);
	else
		plan_graph_weave(plan);
}

/*
 * A path that looks at all steps sees, in list order, those before it; else
 * those that its step depends on.
 */
static void
expand_expressions(RunPlan *plan, bool is_sequential)
{
	for (int i = 0; i < plan->shape.step_count; i++)
	{
		PlanStep *step = &plan->steps[i];

		for (int j = 0; j < step->input_count; j++)
			expand_input(plan, i, &step->inputs[j], is_sequential);
		if (step->when != NULL)
			expand_expression(plan, i, step->when, is_sequential);
		if (step->items != NULL)
			expand_input(plan, i, step->items, is_sequential);
		if (step->wait.until != NULL)
			expand_input(plan, i, step->wait.until, is_sequential);
	}
}

static void
expand_expression(const RunPlan *plan, int step, PlanExpression *expression,
                  bool is_sequential)
{
	const PlanStep *taker = &plan->steps[step];
	int more = is_sequential ? step : taker->depends_count;

	if (!expression->uses_all)
		return;
	expression->steps = repalloc_array(
		expression->steps, int, (Size) (expression->step_count + more + 1));
	for (int i = 0; i < more; i++)
		expression->steps[expression->step_count++] =
			is_sequential ? i : taker->depends[i];
}

static void
expand_input(const RunPlan *plan, int step, PlanInput *input,
             bool is_sequential)
{
	if (input->source == PLAN_EXPRESSION)
		expand_expression(plan, step, input->expression, is_sequential);
}

static void
find_used(RunPlan *plan)
{
	for (int i = 0; i < plan->shape.step_count; i++)
	{
		UsedSteps used = {.steps = palloc_array(int, (Size) 4), .capacity = 4};

		plan_graph_visit_used(plan, i, add_used, &used);
		plan->steps[i].used = used.steps;
		plan->steps[i].used_count = used.count;
	}
}

static void
add_used(void *context, int step)
{
	UsedSteps *used = context;

	if (used->count == used->capacity)
	{
		used->capacity *= 2;
		used->steps = repalloc_array(used->steps, int, (Size) used->capacity);
	}
	used->steps[used->count++] = step;
}

/* Where steps may be SKIPPED, all that hang on others must look first. */
static void
find_special(RunPlan *plan)
{
	bool may_skip = false;

	for (int i = 0; i < plan->shape.step_count; i++)
		if (plan->steps[i].when != NULL)
			may_skip = true;
	for (int i = 0; i < plan->shape.step_count; i++)
	{
		PlanStep *step = &plan->steps[i];

		step->is_special =
			step->when != NULL || step->kind != PLAN_STEP_MCP ||
			step->items != NULL || step->stands_for != PLAN_NO_STEP ||
			(may_skip && step->used_count + step->depends_count > 0);
		if (step->is_special &&
		    plan->shape.before_starts[i] == plan->shape.before_starts[i + 1])
			plan->is_special = true;
	}
}

static void
compile_outputs(RunPlan *plan, JsonbContainer *definition, const NameMap *names)
{
	JsonbContainer *outputs = plan_json_find_object(definition, "outputs");

	plan->last_step = plan->shape.step_count - 1;
	while (plan->last_step >= 0 &&
	       plan->steps[plan->last_step].stands_for != PLAN_NO_STEP)
		plan->last_step--;
	if (outputs == NULL)
		return;
	plan->has_outputs = true;
	plan->outputs =
		plan_source_compile_all(outputs, names, &plan->output_count);
	for (int i = 0; i < plan->output_count; i++)
		expand_input(plan, plan->shape.step_count, &plan->outputs[i], true);
}
