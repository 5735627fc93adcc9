/*
 * run_state.c
 *		Where a run stands: the moves.
 */
#include <string.h>

#include "run_state_body.h"

static RunState *
copy_with_items(void *memory, const RunState *run, int item_count);
static bool move_run(RunState *run, RunStatus to);
static bool may_move_step(const RunState *run, int slot, StepState to);
static bool move_step(RunState *run, int slot, StepState to);
static void start_run(RunState *run);
static void end_of_step(RunState *run, const RunShape *shape, int ordinal,
                        ReadySlots *ready);
static void end_of_item(RunState *run, const RunFan *fan, ReadySlots *ready);
static void make_ready(RunState *run, int slot, ReadySlots *ready);
static bool
are_befores_done(const RunState *run, const RunShape *shape, int ordinal);
static int find_place(const RunState *run, int slot);
static StepTask *put_task(RunState *run, int slot);
static void remove_task(RunState *run, int slot);

size_t
run_state_body_size(int slot_count, int fan_count)
{
	return sizeof(RunState) + (size_t) slot_count * sizeof(StepTask) +
	       (size_t) fan_count * sizeof(RunFan) + (size_t) slot_count;
}

RunState *
run_state_body_lay(void *memory, int step_count, int slot_count, int fan_count)
{
	RunState *run = memory;

	memset(run, 0, sizeof(*run));
	run->step_count = step_count;
	run->slot_count = slot_count;
	run->fan_count = fan_count;
	run->tasks = (StepTask *) (run + 1);
	run->fans = (RunFan *) (run->tasks + slot_count);
	run->steps = (uint8_t *) (run->fans + fan_count);
	return run;
}

size_t
run_state_size(int step_count)
{
	return run_state_body_size(step_count, 0);
}

RunState *
run_state_init(void *memory, int step_count)
{
	RunState *run = run_state_body_lay(memory, step_count, step_count, 0);

	run->status = RUN_PENDING;
	run->open_count = step_count;
	run->counts[STEP_WAITING] = step_count;
	memset(run->steps, STEP_WAITING, (size_t) step_count);
	return run;
}

RunStatus
run_state_status(const RunState *run)
{
	return run->status;
}

int
run_state_step_count(const RunState *run)
{
	return run->step_count;
}

int
run_state_slot_count(const RunState *run)
{
	return run->slot_count;
}

StepState
run_state_step(const RunState *run, int slot)
{
	return (StepState) run->steps[slot];
}

int
run_state_count(const RunState *run, StepState state)
{
	return run->counts[state];
}

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

bool
run_state_begin(RunState *run, const RunShape *shape, ReadySlots *ready)
{
	ready->count = 0;
	if (run_status_is_end(run->status) ||
	    run->counts[STEP_WAITING] != run->step_count)
		return false;
	if (run->step_count == 0)
		return move_run(run, RUN_SUCCESS);
	for (int i = 0; i < run->step_count; i++)
		if (are_befores_done(run, shape, i))
			make_ready(run, i, ready);
	return true;
}

bool
run_state_hand_out(RunState *run, int slot, int epoch, int64_t now)
{
	StepTask *task;

	if (run->status != RUN_RUNNING && run->status != RUN_PENDING)
		return false;
	if (!move_step(run, slot, STEP_RUNNING))
		return false;
	task = put_task(run, slot);
	task->epoch = epoch;
	/* One that was set aside goes on since its beginning. */
	if (task->since == 0)
		task->since = now;
	start_run(run);
	return true;
}

bool
run_state_settle(RunState *run, const RunShape *shape, int slot, StepState end,
                 ReadySlots *ready)
{
	const RunFan *fan = run_state_find_fan(run, slot);

	ready->count = 0;
	if (run_status_is_end(run->status) || !step_state_is_end(end) ||
	    end == STEP_CANCELLED || !move_step(run, slot, end))
		return false;
	remove_task(run, slot);
	if (fan != NULL)
		end_of_item(run, fan, ready);
	else
		end_of_step(run, shape, slot, ready);
	return true;
}

bool
run_state_fail(RunState *run, int slot)
{
	if (!move_step(run, slot, STEP_FAILED))
		return false;
	remove_task(run, slot);
	if (slot < run->step_count)
		run->open_count--;
	return run_state_end(run, RUN_FAILED);
}

/*
 * The since of a step that sleeps is part of the key of its timer, so that a
 * run which ends early finds the row again.
 */
bool
run_state_sleep(RunState *run, int slot, int64_t due)
{
	StepTask *task;

	if (!move_step(run, slot, STEP_SLEEPING))
		return false;
	task = put_task(run, slot);
	task->attempt++;
	task->epoch = 0;
	task->since = due;
	return true;
}

bool
run_state_wake(RunState *run, int slot)
{
	if (run->steps[slot] != STEP_SLEEPING)
		return false;
	put_task(run, slot)->since = 0;
	return move_step(run, slot, STEP_READY);
}

bool
run_state_give_back(RunState *run, int slot)
{
	StepTask *task;

	if (run->steps[slot] != STEP_RUNNING)
		return false;
	task = put_task(run, slot);
	task->attempt++;
	task->epoch = 0;
	task->since = 0;
	return move_step(run, slot, STEP_READY);
}

bool
run_state_park(RunState *run, int slot, int64_t now)
{
	if (run->status != RUN_RUNNING && run->status != RUN_PENDING)
		return false;
	if (run->steps[slot] != STEP_READY || !move_step(run, slot, STEP_PARKED))
		return false;
	put_task(run, slot)->since = now;
	start_run(run);
	return true;
}

bool
run_state_set_aside(RunState *run, int slot)
{
	if (run->steps[slot] != STEP_RUNNING || !move_step(run, slot, STEP_PARKED))
		return false;
	put_task(run, slot)->epoch = 0;
	return true;
}

bool
run_state_take_up(RunState *run, int slot)
{
	return run->steps[slot] == STEP_PARKED &&
	       run_state_fan_of(run, slot) == NULL &&
	       move_step(run, slot, STEP_READY);
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
		make_ready(fanned, first + i, ready);
	return fanned;
}

void
run_state_drop_items(RunState *run, const RunFan *fan)
{
	for (int i = fan->first; i < fan->first + fan->count; i++)
	{
		if (move_step(run, i, STEP_CANCELLED))
			remove_task(run, i);
	}
}

bool
run_state_pause(RunState *run)
{
	return run->status != RUN_PAUSED && move_run(run, RUN_PAUSED);
}

bool
run_state_resume(RunState *run)
{
	return run->status == RUN_PAUSED && move_run(run, RUN_RUNNING);
}

bool
run_state_end(RunState *run, RunStatus end)
{
	if (end != RUN_FAILED && end != RUN_CANCELLED)
		return false;
	if (!move_run(run, end))
		return false;
	for (int i = 0; i < run->slot_count; i++)
		move_step(run, i, STEP_CANCELLED);
	run->open_count = 0;
	run->task_count = 0;
	return true;
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

static bool
move_run(RunState *run, RunStatus to)
{
	if (!run_status_may_move(run->status, to))
		return false;
	run->status = to;
	return true;
}

static bool
may_move_step(const RunState *run, int slot, StepState to)
{
	return step_state_may_move((StepState) run->steps[slot], to);
}

static bool
move_step(RunState *run, int slot, StepState to)
{
	if (!may_move_step(run, slot, to))
		return false;
	run->counts[run->steps[slot]]--;
	run->counts[to]++;
	run->steps[slot] = (uint8_t) to;
	return true;
}

static void
start_run(RunState *run)
{
	if (run->status == RUN_PENDING)
		run->status = RUN_RUNNING;
}

static void
end_of_step(RunState *run, const RunShape *shape, int ordinal,
            ReadySlots *ready)
{
	run->open_count--;
	for (int i = shape->after_starts[ordinal];
	     i < shape->after_starts[ordinal + 1];
	     i++)
	{
		if (are_befores_done(run, shape, shape->afters[i]))
			make_ready(run, shape->afters[i], ready);
	}
	if (run->open_count == 0)
		(void) move_run(run, RUN_SUCCESS);
}

/* One out, one in: as many go on at once as began. */
static void
end_of_item(RunState *run, const RunFan *fan, ReadySlots *ready)
{
	for (int i = fan->first; i < fan->first + fan->count; i++)
	{
		if (run->steps[i] != STEP_WAITING)
			continue;
		make_ready(run, i, ready);
		return;
	}
}

static void
make_ready(RunState *run, int slot, ReadySlots *ready)
{
	if (run->steps[slot] == STEP_WAITING && move_step(run, slot, STEP_READY))
		ready->slots[ready->count++] = slot;
}

/* A step that FAILED and left the run alive is as good as any that ended. */
static bool
are_befores_done(const RunState *run, const RunShape *shape, int ordinal)
{
	for (int i = shape->before_starts[ordinal];
	     i < shape->before_starts[ordinal + 1];
	     i++)
	{
		if (!step_state_is_end((StepState) run->steps[shape->befores[i]]))
			return false;
	}
	return true;
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

/* The task of the slot, made for attempt 1 where there is none. */
static StepTask *
put_task(RunState *run, int slot)
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

static void
remove_task(RunState *run, int slot)
{
	int place = find_place(run, slot);
	StepTask *task = &run->tasks[place];

	if (place == run->task_count || task->ordinal != slot)
		return;
	run->task_count--;
	memmove(task, task + 1, (size_t) (run->task_count - place) * sizeof(*task));
}
