/*
 * turn_enter.c
 *		The beginning of steps that are more than a task to hand out.
 *
 * Rounds: the results that the steps of a round look at are read in one
 * statement, then each step is moved, which may make others READY.
 */
#include "postgres.h"

#include "expression.h"
#include "miscadmin.h"
#include "turn_child.h"
#include "turn_enter.h"
#include "turn_fan.h"
#include "turn_moves.h"
#include "turn_step.h"
#include "turn_wait.h"

static List *take_special(TurnWork *work, List **plain);
static bool is_special(const LiveRun *run, int slot);
static bool enter(TurnWork *work, LiveRun *run, int slot);
static bool is_to_be_skipped(TurnWork *work, LiveRun *run, int step);
static bool is_true(TurnWork *work, LiveRun *run, int step);
static bool is_skipped(const LiveRun *run, int step);

void
turn_enter(TurnWork *work)
{
	List *placeable = NIL;
	List *special;

	for (;;)
	{
		ListCell *cell;

		CHECK_FOR_INTERRUPTS();
		turn_fan_join(work);
		special = take_special(work, &placeable);
		if (special == NIL)
			break;
		foreach (cell, special)
		{
			WaitingStep *step = lfirst(cell);

			turn_step_want_inputs(work, step->run, step->step);
		}
		output_set_read(work->outputs);
		foreach (cell, special)
		{
			WaitingStep *step = lfirst(cell);

			if (enter(work, step->run, step->step))
				placeable = lappend(placeable, step);
		}
	}
	work->ready = placeable;
}

/*
 * Nothing of a paused run begins: its steps stay READY, and whoever resumes it
 * notes them again.
 */
static List *
take_special(TurnWork *work, List **plain)
{
	List *special = NIL;
	ListCell *cell;

	foreach (cell, work->ready)
	{
		WaitingStep *step = lfirst(cell);

		if (run_state_step(step->run->state, step->step) != STEP_READY ||
		    run_state_status(step->run->state) == RUN_PAUSED)
			continue;
		if (is_special(step->run, step->step))
			special = lappend(special, step);
		else
			*plain = lappend(*plain, step);
	}
	work->ready = NIL;
	return special;
}

static bool
is_special(const LiveRun *run, int slot)
{
	if (slot < run->plan->shape.step_count)
		return run->plan->steps[slot].is_special;
	return run_slot_plan(run, slot)->kind != PLAN_STEP_MCP;
}

/* Returns whether the step is to be handed out. */
static bool
enter(TurnWork *work, LiveRun *run, int slot)
{
	const PlanStep *step = run_slot_plan(run, slot);
	bool is_item = slot >= run->plan->shape.step_count;

	if (run_state_step(run->state, slot) != STEP_READY)
		return false;
	if (!is_item && is_to_be_skipped(work, run, slot))
	{
		turn_moves_finish(work, run, slot, STEP_SKIPPED, NULL);
		return false;
	}
	if (!is_item && step->items != NULL)
	{
		turn_fan_out(work, run, slot);
		return false;
	}
	switch (step->kind)
	{
		case PLAN_STEP_MCP:
			return true;
		case PLAN_STEP_WORKFLOW:
			turn_child_start(work, run, slot);
			return false;
		case PLAN_STEP_WAIT:
			turn_wait_begin(work, run, slot);
			return false;
	}
	return false;
}

/*
 * A fallback is not needed where what it stands for ended well.  A condition of
 * its own decides for a step; without one, it goes with a step whose result it
 * uses, or with all that it depends on.
 */
static bool
is_to_be_skipped(TurnWork *work, LiveRun *run, int step)
{
	const PlanStep *planned = &run->plan->steps[step];
	int skipped = 0;

	if (planned->stands_for != PLAN_NO_STEP &&
	    run_state_step(run->state, planned->stands_for) != STEP_FAILED)
		return true;
	if (planned->when != NULL)
		return !is_true(work, run, step);
	for (int i = 0; i < planned->used_count; i++)
		if (is_skipped(run, planned->used[i]))
			return true;
	for (int i = 0; i < planned->depends_count; i++)
		skipped += is_skipped(run, planned->depends[i]);
	return planned->depends_count > 0 && skipped == planned->depends_count;
}

static bool
is_true(TurnWork *work, LiveRun *run, int step)
{
	StepScope scope;

	turn_step_scope_run(work, run, &scope);
	return expression_is_true(&scope, run->plan->steps[step].when);
}

static bool
is_skipped(const LiveRun *run, int step)
{
	return run_state_step(run->state, step) == STEP_SKIPPED;
}
