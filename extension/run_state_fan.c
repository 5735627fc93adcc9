/*
 * run_state_fan.c
 *		Where a run stands: the slots of items, behind those of steps.
 */
#include <string.h>

#include "run_state_body.h"

static RunState *
copy_with_items(void *memory, const RunState *run, int item_count);

const RunFan *
run_state_find_fan(const RunState *run, int slot)
{
	for (int i = 0; i < run->fan_count; i++)
		if (slot >= run->fans[i].first &&
		    slot < run->fans[i].first + run->fans[i].count)
			return &run->fans[i];
	return NULL;
}

const RunFan *
run_state_fan_of(const RunState *run, int ordinal)
{
	for (int i = 0; i < run->fan_count; i++)
		if (run->fans[i].ordinal == ordinal)
			return &run->fans[i];
	return NULL;
}

bool
run_state_is_fan_done(const RunState *run, const RunFan *fan)
{
	for (int i = fan->first; i < fan->first + fan->count; i++)
		if (!step_state_is_end((StepState) run->steps[i]))
			return false;
	return true;
}

size_t
run_state_fanned_size(const RunState *run, int item_count)
{
	return run_state_body_size(run->slot_count + item_count,
	                           run->fan_count + 1);
}

RunState *
run_state_fan_out(void *memory, const RunState *run, const FanOut *fan_out,
                  ReadySlots *ready)
{
	int first = run->slot_count;
	int ordinal = fan_out->ordinal;
	int item_count = fan_out->item_count;
	RunState *fanned;

	ready->count = 0;
	if (ordinal >= run->step_count || item_count < 1 || fan_out->limit < 1 ||
	    run_state_fan_of(run, ordinal) != NULL)
		return NULL;
	fanned = copy_with_items(memory, run, item_count);
	if (!run_state_park(fanned, ordinal, fan_out->now))
		return NULL;
	fanned->fans[run->fan_count] = (RunFan){ordinal, first, item_count};
	for (int i = 0; i < item_count && i < fan_out->limit; i++)
		run_state_body_make_ready(fanned, first + i, ready);
	return fanned;
}

void
run_state_drop_items(RunState *run, const RunFan *fan)
{
	for (int i = fan->first; i < fan->first + fan->count; i++)
	{
		if (run_state_body_move(run, i, STEP_CANCELLED))
			run_state_body_remove_task(run, i);
	}
}

/* The same run with so many slots more, WAITING, and room for their fan. */
static RunState *
copy_with_items(void *memory, const RunState *run, int item_count)
{
	RunState *copy = run_state_body_lay(memory,
	                                    run->step_count,
	                                    run->slot_count + item_count,
	                                    run->fan_count + 1);

	copy->status = run->status;
	copy->task_count = run->task_count;
	copy->open_count = run->open_count;
	memcpy(copy->counts, run->counts, sizeof(run->counts));
	memcpy(
		copy->tasks, run->tasks, (size_t) run->task_count * sizeof(StepTask));
	memcpy(copy->fans, run->fans, (size_t) run->fan_count * sizeof(RunFan));
	memcpy(copy->steps, run->steps, (size_t) run->slot_count);
	memset(copy->steps + run->slot_count, STEP_WAITING, (size_t) item_count);
	copy->counts[STEP_WAITING] += item_count;
	return copy;
}

/* One out, one in: as many go on at once as began. */
void
run_state_body_end_item(RunState *run, const RunFan *fan, ReadySlots *ready)
{
	for (int i = fan->first; i < fan->first + fan->count; i++)
	{
		if (run->steps[i] != STEP_WAITING)
			continue;
		run_state_body_make_ready(run, i, ready);
		return;
	}
}
