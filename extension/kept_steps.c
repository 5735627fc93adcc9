/*
 * kept_steps.c
 *		The steps of a run that were done before it began.
 *
 * The state of a run is gone when it has ended, so that of its retry is made anew:
 * the run is begun, and each step that keeps its result is settled as soon as it
 * is READY.
 */
#include "postgres.h"

#include "kept_steps.h"

bool
kept_steps_begin(RunState *state, const RunShape *shape, const StepState *kept)
{
	int *stack = palloc_array(int, (Size) shape->step_count + 1);
	ReadySlots ready = {.slots =
	                        palloc_array(int, (Size) shape->step_count + 1)};
	int depth = 0;
	bool has_begun = run_state_begin(state, shape, &ready);

	while (has_begun)
	{
		for (int i = 0; i < ready.count; i++)
			if (kept[ready.slots[i]] != STEP_WAITING)
				stack[depth++] = ready.slots[i];
		if (depth == 0)
			break;
		depth--;
		run_state_settle(
			state, shape, stack[depth], kept[stack[depth]], &ready);
	}
	pfree(stack);
	pfree(ready.slots);
	return has_begun;
}
