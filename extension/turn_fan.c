/*
 * turn_fan.c
 *		Steps that are run once for each of several items.
 *
 * The items are slots of the run's state, so they are handed out, tried again,
 * given back and recorded as steps are; only the beginning and the end differ.
 */
#include "postgres.h"

#include "item_results.h"
#include "turn_fan.h"
#include "turn_moves.h"
#include "turn_step.h"

/* A run keeps the state of all its items in one row. */
#define ITEMS_MAX 10000

static void fail(TurnWork *work, LiveRun *run, int step, const char *error);

void
turn_fan_out(TurnWork *work, LiveRun *run, int step)
{
	const PlanStep *planned = &run->plan->steps[step];
	char *error;
	JsonbContainer *items = turn_step_items(work, run, step, &error);
	ReadySlots ready;
	FanOut fan_out = {.ordinal = step, .now = work->turn->now};
	int count;

	if (items == NULL)
	{
		fail(work, run, step, error);
		return;
	}
	count = (int) JsonContainerSize(items);
	if (count > ITEMS_MAX)
	{
		fail(work,
		     run,
		     step,
		     psprintf("for_each has %d items, and %d is the limit",
		              count,
		              ITEMS_MAX));
		return;
	}
	if (count == 0)
	{
		turn_moves_finish(work, run, step, STEP_SUCCESS, item_results_none());
		return;
	}
	fan_out.item_count = count;
	fan_out.limit =
		planned->items_at_once == 0 ? count : planned->items_at_once;
	ready.slots = palloc_array(int, (Size) count);
	run->state =
		run_state_fan_out(palloc(run_state_fanned_size(run->state, count)),
	                      run->state,
	                      &fan_out,
	                      &ready);
	if (run->started_at == 0)
		run->started_at = work->turn->now;
	for (int i = 0; i < ready.count; i++)
		turn_work_note_ready(work, run, ready.slots[i]);
}

void
turn_fan_join(TurnWork *work)
{
	List *fans = work->fans;
	ListCell *cell;

	work->fans = NIL;
	foreach (cell, fans)
	{
		WaitingStep *step = lfirst(cell);
		LiveRun *run = step->run;
		const RunFan *fan = run_state_fan_of(run->state, step->step);

		if (run_status_is_end(run_state_status(run->state)) ||
		    run_state_step(run->state, step->step) != STEP_PARKED ||
		    !run_state_is_fan_done(run->state, fan))
			continue;
		/* The last items' results must be where the others are. */
		turn_work_write_attempts(work);
		turn_moves_finish(
			work,
			run,
			step->step,
			STEP_SUCCESS,
			item_results_read(
				&run->run_id, fan, run->plan->steps[step->step].is_collecting));
	}
}

static void
fail(TurnWork *work, LiveRun *run, int step, const char *error)
{
	TurnFailure failure = {error, "inputs", 0};

	turn_moves_fail_for_good(work, run, step, &failure);
}
