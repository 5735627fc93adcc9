/*
 * workflow_step_ids.c
 *		What the steps of a workflow are called.
 */
#include "postgres.h"

#include "json_text.h"
#include "workflow_step_ids.h"

static void
take_given(const Workflow *workflow, NameMap *ordinals, ProblemList *problems);
static void make_missing(Workflow *workflow, NameMap *ordinals);

NameMap *
workflow_step_ids_make(Workflow *workflow, ProblemList *problems)
{
	NameMap *ordinals = name_map_create();

	take_given(workflow, ordinals, problems);
	make_missing(workflow, ordinals);
	return ordinals;
}

static void
take_given(const Workflow *workflow, NameMap *ordinals, ProblemList *problems)
{
	JsonPath root = json_path_root();
	JsonPath steps = json_path_key(&root, "steps", 5);

	for (int i = 0; i < workflow->step_count; i++)
	{
		const char *step_id = workflow->steps[i].step_id;
		JsonPath step = json_path_item(&steps, i);
		JsonPath path = json_path_key(&step, "step_id", 7);
		int first;

		if (step_id == NULL)
			continue;
		first = name_map_add(ordinals, step_id, i);
		if (first < 0 || problem_is_full(problems))
			continue;
		problem_add(problems,
		            PROBLEM_DEFINITION,
		            "duplicate_step_id",
		            &path,
		            "Every step needs an id of its own; a step without one is "
		            "given one.",
		            "step_id %s already belongs to $.steps[%d]",
		            json_text_quote(step_id, (int) strlen(step_id)),
		            first);
	}
}

/*
 * By place, so that the same document always yields the same ids.  Whatever is
 * taken already was given by the document, so all attempts together are no more
 * than twice its steps.
 */
static void
make_missing(Workflow *workflow, NameMap *ordinals)
{
	for (int i = 0; i < workflow->step_count; i++)
	{
		WorkflowStep *step = &workflow->steps[i];
		char *step_id = step->step_id;

		if (step_id != NULL)
			continue;
		step_id = psprintf("step-%d", i + 1);
		for (int number = 2; name_map_add(ordinals, step_id, i) >= 0; number++)
			step_id = psprintf("step-%d-%d", i + 1, number);
		step->step_id = step_id;
	}
}
