/*
 * workflow_fallback_steps.c
 *		Which step stands in for which, and so in which order steps can run.
 */
#include "postgres.h"

#include "workflow_fallback_steps.h"

static int *make_ordinals(int count);

WorkflowFallbackSteps *
workflow_fallback_steps_create(int step_count)
{
	WorkflowFallbackSteps *steps = palloc_object(WorkflowFallbackSteps);

	*steps = (WorkflowFallbackSteps){
		.step_count = step_count,
		.fallback = make_ordinals(step_count),
		.stands_for = make_ordinals(step_count),
		.head = make_ordinals(step_count),
		.last = make_ordinals(step_count),
		.place = make_ordinals(step_count),
		.order = make_ordinals(step_count),
	};
	return steps;
}

bool
workflow_fallback_steps_set(WorkflowFallbackSteps *steps, int step,
                            int fallback)
{
	if (steps->stands_for[fallback] != WORKFLOW_NO_STEP)
		return false;
	steps->fallback[step] = fallback;
	steps->stands_for[fallback] = step;
	return true;
}

/* A loop of fallbacks has no head, so no walk gets into one. */
void
workflow_fallback_steps_chain(WorkflowFallbackSteps *steps)
{
	int place = 0;

	for (int head = 0; head < steps->step_count; head++)
	{
		int last = head;

		if (steps->stands_for[head] != WORKFLOW_NO_STEP)
			continue;
		for (int step = head; step != WORKFLOW_NO_STEP;
		     step = steps->fallback[step])
		{
			steps->head[step] = head;
			steps->place[step] = place;
			steps->order[place++] = step;
			last = step;
		}
		for (int step = head; step != WORKFLOW_NO_STEP;
		     step = steps->fallback[step])
			steps->last[step] = last;
	}
}

bool
workflow_fallback_steps_has(const WorkflowFallbackSteps *steps, int step)
{
	return steps->stands_for[step] != WORKFLOW_NO_STEP;
}

static int *
make_ordinals(int count)
{
	int *ordinals = palloc_array(int, (Size) count + 1);

	for (int i = 0; i < count; i++)
		ordinals[i] = WORKFLOW_NO_STEP;
	return ordinals;
}
