/*
 * run_state.c
 *		Where a run stands: the moves.
 */
#include <string.h>

#include "run_state_body.h"

static bool move_run(RunState *run, RunStatus to);
static bool may_move_step(const RunState *run, int slot, StepState to);
static void start_run(RunState *run);
static void end_of_step(RunState *run, const RunShape *shape, int ordinal,
                        ReadySlots *ready);
static bool
are_befores_done(const RunState *run, const RunShape *shape, int ordinal);

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
			run_state_body_make_ready(run, i, ready);
	return true;
}

bool
run_state_hand_out(RunState *run, int slot, int epoch, int64_t now)
{
	StepTask *task;

	if (run->status != RUN_RUNNING && run->status != RUN_PENDING)
		return false;
	if (!run_state_body_move(run, slot, STEP_RUNNING))
		return false;
	task = run_state_body_put_task(run, slot);
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
	    end == STEP_CANCELLED || !run_state_body_move(run, slot, end))
		return false;
	run_state_body_remove_task(run, slot);
	if (fan != NULL)
		run_state_body_end_item(run, fan, ready);
	else
		end_of_step(run, shape, slot, ready);
	return true;
}

bool
run_state_fail(RunState *run, int slot)
{
	if (!run_state_body_move(run, slot, STEP_FAILED))
		return false;
	run_state_body_remove_task(run, slot);
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

	if (!run_state_body_move(run, slot, STEP_SLEEPING))
		return false;
	task = run_state_body_put_task(run, slot);
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
	run_state_body_put_task(run, slot)->since = 0;
	return run_state_body_move(run, slot, STEP_READY);
}

bool
run_state_give_back(RunState *run, int slot)
{
	StepTask *task;

	if (run->steps[slot] != STEP_RUNNING)
		return false;
	task = run_state_body_put_task(run, slot);
	task->attempt++;
	task->epoch = 0;
	task->since = 0;
	return run_state_body_move(run, slot, STEP_READY);
}

bool
run_state_park(RunState *run, int slot, int64_t now)
{
	if (run->status != RUN_RUNNING && run->status != RUN_PENDING)
		return false;
	if (run->steps[slot] != STEP_READY ||
	    !run_state_body_move(run, slot, STEP_PARKED))
		return false;
	run_state_body_put_task(run, slot)->since = now;
	start_run(run);
	return true;
}

bool
run_state_set_aside(RunState *run, int slot)
{
	if (run->steps[slot] != STEP_RUNNING ||
	    !run_state_body_move(run, slot, STEP_PARKED))
		return false;
	run_state_body_put_task(run, slot)->epoch = 0;
	return true;
}

bool
run_state_take_up(RunState *run, int slot)
{
	return run->steps[slot] == STEP_PARKED &&
	       run_state_fan_of(run, slot) == NULL &&
	       run_state_body_move(run, slot, STEP_READY);
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
		run_state_body_move(run, i, STEP_CANCELLED);
	run->open_count = 0;
	run->task_count = 0;
	return true;
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

bool
run_state_body_move(RunState *run, int slot, StepState to)
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
			run_state_body_make_ready(run, shape->afters[i], ready);
	}
	if (run->open_count == 0)
		(void) move_run(run, RUN_SUCCESS);
}

void
run_state_body_make_ready(RunState *run, int slot, ReadySlots *ready)
{
	if (run->steps[slot] == STEP_WAITING &&
	    run_state_body_move(run, slot, STEP_READY))
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
