/*
 * workflow_references.c
 *		Every place where a workflow names one of its steps.
 */
#include "postgres.h"

#include "workflow_references.h"

/* Who is being visited, and by whom. */
typedef struct Walk
{
	WorkflowVisitor visit;
	void *context;
	int from;
} Walk;

static void
visit_step(Walk *walk, const WorkflowStep *step, const JsonPath *path);
static void
visit_depends_on(Walk *walk, const WorkflowStep *step, const JsonPath *path);
static void visit_sources(Walk *walk, const WorkflowInput *inputs, int count,
                          const JsonPath *path);
static void
visit_source(Walk *walk, const WorkflowInput *input, const JsonPath *parent);
static void visit_expression(Walk *walk, const WorkflowExpression *expression,
                             const JsonPath *parent, const char *key);
static void visit_target(Walk *walk, WorkflowUse use, const char *target,
                         const JsonPath *path);
static JsonPath key_of(const JsonPath *parent, const char *key);

void
workflow_references_visit(const Workflow *workflow, WorkflowVisitor visit,
                          void *context)
{
	Walk walk = {visit, context, WORKFLOW_ITSELF};
	JsonPath root = json_path_root();
	JsonPath steps = key_of(&root, "steps");
	JsonPath outputs = key_of(&root, "outputs");

	for (int i = 0; i < workflow->step_count; i++)
	{
		JsonPath step = json_path_item(&steps, i);

		walk.from = i;
		visit_step(&walk, &workflow->steps[i], &step);
	}
	walk.from = WORKFLOW_ITSELF;
	visit_sources(&walk, workflow->outputs, workflow->output_count, &outputs);
}

static void
visit_step(Walk *walk, const WorkflowStep *step, const JsonPath *path)
{
	JsonPath inputs = key_of(path, "inputs");
	JsonPath for_each = key_of(path, "for_each");
	JsonPath wait = key_of(path, "wait");
	JsonPath on_error = key_of(path, "on_error");
	JsonPath fallback = key_of(&on_error, "fallback_step");

	visit_depends_on(walk, step, path);
	visit_sources(walk, step->inputs, step->input_count, &inputs);
	visit_expression(walk, step->when, path, "when");
	if (step->for_each != NULL)
		visit_source(walk, &step->for_each->items, &for_each);
	if (step->wait != NULL && step->wait->source != NULL)
		visit_source(walk, step->wait->source, &wait);
	visit_target(walk, WORKFLOW_FALLS_BACK_TO, step->fallback_step, &fallback);
}

static void
visit_depends_on(Walk *walk, const WorkflowStep *step, const JsonPath *path)
{
	JsonPath list = key_of(path, "depends_on");

	for (int i = 0; i < step->depends_count; i++)
	{
		JsonPath item = json_path_item(&list, i);

		visit_target(walk, WORKFLOW_WAITS_FOR, step->depends_on[i], &item);
	}
}

static void
visit_sources(Walk *walk, const WorkflowInput *inputs, int count,
              const JsonPath *path)
{
	for (int i = 0; i < count; i++)
	{
		if (inputs[i].name != NULL)
			visit_source(walk, &inputs[i], path);
	}
}

static void
visit_source(Walk *walk, const WorkflowInput *input, const JsonPath *parent)
{
	JsonPath source = key_of(parent, input->name);
	JsonPath step_id = key_of(&source, "source_step_id");

	visit_target(walk, WORKFLOW_USES_RESULT, input->step_id, &step_id);
	visit_expression(walk, input->expression, &source, "expression");
}

static void
visit_expression(Walk *walk, const WorkflowExpression *expression,
                 const JsonPath *parent, const char *key)
{
	JsonPath path = key_of(parent, key);
	ListCell *cell;

	if (expression == NULL)
		return;
	foreach (cell, expression->step_ids)
		visit_target(walk, WORKFLOW_USES_RESULT, lfirst(cell), &path);
}

static void
visit_target(Walk *walk, WorkflowUse use, const char *target,
             const JsonPath *path)
{
	WorkflowReference reference = {walk->from, use, target, path};

	if (target != NULL)
		walk->visit(walk->context, &reference);
}

static JsonPath
key_of(const JsonPath *parent, const char *key)
{
	return json_path_key(parent, key, (int) strlen(key));
}
