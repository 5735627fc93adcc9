/*
 * workflow_fit.c
 *		Does what the steps of a workflow are given fit what they run takes?
 */
#include "postgres.h"

#include "miscadmin.h"

#include "json_text.h"
#include "schema_sketch.h"
#include "workflow_fit.h"
#include "workflow_fit_source.h"

static NameMap *map_steps(const Workflow *workflow);
static void set_step(WorkflowFit *fit, int ordinal);
static void check_required(const WorkflowFit *fit);
static void check_input(const WorkflowFit *fit, const WorkflowInput *input);
static char *describe_taker(const WorkflowStep *step);
static bool is_given(const WorkflowStep *step, const char *name, int length);

void
workflow_fit_check(const Workflow *workflow, const StepSchemas *schemas,
                   ProblemList *problems)
{
	WorkflowFit fit = {.workflow = workflow,
	                   .schemas = schemas,
	                   .ordinals = map_steps(workflow),
	                   .problems = problems};

	for (int i = 0; i < workflow->step_count && !problem_is_full(problems); i++)
	{
		CHECK_FOR_INTERRUPTS();
		set_step(&fit, i);
		if (fit.input_schema)
			check_required(&fit);
		for (int j = 0; j < fit.step->input_count; j++)
			check_input(&fit, &fit.step->inputs[j]);
	}
}

static NameMap *
map_steps(const Workflow *workflow)
{
	NameMap *ordinals = name_map_create();

	for (int i = 0; i < workflow->step_count; i++)
		(void) name_map_add(ordinals, workflow->steps[i].step_id, i);
	return ordinals;
}

static void
set_step(WorkflowFit *fit, int ordinal)
{
	fit->step = &fit->workflow->steps[ordinal];
	fit->input_schema = fit->schemas[ordinal].input;
	if (fit->input_schema)
		fit->input = workflow_fit_value(fit->input_schema);
	fit->path[0] = json_path_root();
	fit->path[1] = json_path_key(&fit->path[0], "steps", 5);
	fit->path[2] = json_path_item(&fit->path[1], ordinal);
	fit->path[3] = json_path_key(&fit->path[2], "inputs", 6);
}

static void
check_required(const WorkflowFit *fit)
{
	JsonbContainer *names;
	uint32 count;

	if (!schema_sketch_required(&fit->input, &names))
		return;
	count = JsonContainerSize(names);
	for (uint32 i = 0; i < count; i++)
	{
		JsonbValue *name = getIthJsonbValueFromContainer(names, i);

		if (name->type != jbvString ||
		    is_given(fit->step, name->val.string.val, name->val.string.len))
			continue;
		problem_add(
			fit->problems,
			PROBLEM_REFERENCE,
			"missing_input",
			&fit->path[3],
			"Give it a workflow input, a static value or the output "
			"of a step.",
			"step \"%s\" needs an input %s, which it is not given",
			fit->step->step_id,
			json_text_quote(name->val.string.val, name->val.string.len));
	}
}

static void
check_input(const WorkflowFit *fit, const WorkflowInput *input)
{
	JsonPath path =
		json_path_key(&fit->path[3], input->name, (int) strlen(input->name));

	if (fit->input_schema && !schema_sketch_may_have(&fit->input, input->name))
	{
		problem_add(fit->problems,
		            PROBLEM_REFERENCE,
		            "unknown_input",
		            &path,
		            "The input_schema of its version names those it takes.",
		            "%s takes no input %s",
		            describe_taker(fit->step),
		            json_text_quote(input->name, (int) strlen(input->name)));
		return;
	}
	workflow_fit_source_check(fit, input, &path);
}

static char *
describe_taker(const WorkflowStep *step)
{
	return step->kind == WORKFLOW_STEP_WORKFLOW
	           ? psprintf("workflow \"%s\"", step->workflow.given)
	           : psprintf("MCP \"%s\"", step->mcp);
}

static bool
is_given(const WorkflowStep *step, const char *name, int length)
{
	for (int i = 0; i < step->input_count; i++)
	{
		if ((int) strlen(step->inputs[i].name) == length &&
		    memcmp(step->inputs[i].name, name, (Size) length) == 0)
			return true;
	}
	return false;
}
