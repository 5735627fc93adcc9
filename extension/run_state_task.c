/*
 * run_state_task.c
 *		Where a run stands: the tasks of its slots, sorted by slot.
 */
#include <string.h>

#include "run_state_body.h"

static int find_place(const RunState *run, int slot);

int
run_state_attempt(const RunState *run, int slot)
{
	const StepTask *task = run_state_find_task(run, slot);

	return task == NULL ? 1 : task->attempt;
}

int
run_state_task_count(const RunState *run)
{
	return run->task_count;
}

const StepTask *
run_state_task(const RunState *run, int index)
{
	return &run->tasks[index];
}

const StepTask *
run_state_find_task(const RunState *run, int slot)
{
	int place = find_place(run, slot);

	if (place == run->task_count || run->tasks[place].ordinal != slot)
		return NULL;
	return &run->tasks[place];
}

bool
run_state_is_held(const RunState *run, int slot, int attempt, int epoch)
{
	const StepTask *task = run_state_find_task(run, slot);

	return run->steps[slot] == STEP_RUNNING && task->attempt == attempt &&
	       task->epoch == epoch;
}

/* Where the task of the slot is, or would have to be. */
static int
find_place(const RunState *run, int slot)
{
	int low = 0;
	int high = run->task_count;

	while (low < high)
	{
		int middle = low + (high - low) / 2;

		if (run->tasks[middle].ordinal < slot)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

StepTask *
run_state_body_put_task(RunState *run, int slot)
{
	int place = find_place(run, slot);
	StepTask *task = &run->tasks[place];

	if (place < run->task_count && task->ordinal == slot)
		return task;
	memmove(task + 1, task, (size_t) (run->task_count - place) * sizeof(*task));
	run->task_count++;
	*task = (StepTask){.ordinal = slot, .attempt = 1};
	return task;
}

void
run_state_body_remove_task(RunState *run, int slot)
{
	int place = find_place(run, slot);
	StepTask *task = &run->tasks[place];

	if (place == run->task_count || task->ordinal != slot)
		return;
	run->task_count--;
	memmove(task, task + 1, (size_t) (run->task_count - place) * sizeof(*task));
}
