/*
 * turn_end.c
 *		A slot ends, and perhaps its run: what follows from it.
 */
#include "postgres.h"

#include "timer.h"
#include "turn_end.h"
#include "turn_step.h"

#define NO_SLOT (-1)

static void fail_item(TurnWork *work, LiveRun *run, const RunFan *fan, int slot,
                      const char *error);
static void
fail_step(TurnWork *work, LiveRun *run, int step, const char *error);
static void end_run(TurnWork *work, LiveRun *run, RunStatus end,
                    int failed_slot, const char *error_message);
static void cancel_tasks(TurnWork *work, LiveRun *run, int first, int end,
                         int but_slot, const char *error);
static void cancel_task(TurnWork *work, LiveRun *run, const StepTask *task,
                        const char *error);
static void leave(TurnWork *work, LiveRun *run, int slot);
static const char *find_worker(const TurnWork *work, int epoch);

void
turn_end_settle(TurnWork *work, LiveRun *run, int slot, StepState end)
{
	ReadySlots ready = {
		.slots = palloc_array(int, (Size) run->plan->shape.step_count + 1)};
	const RunFan *fan = run_state_find_fan(run->state, slot);

	if (!run_state_settle(run->state, &run->plan->shape, slot, end, &ready))
		return;
	run->is_changed = true;
	for (int i = 0; i < ready.count; i++)
		turn_work_note_ready(work, run, ready.slots[i]);
	pfree(ready.slots);
	if (fan != NULL)
		queue_store_add_timer(&work->fans, run, fan->ordinal, 0);
}

void
turn_end_fail(TurnWork *work, LiveRun *run, int slot, const char *error)
{
	const RunFan *fan = run_state_find_fan(run->state, slot);

	if (fan != NULL)
		fail_item(work, run, fan, slot, error);
	else
		fail_step(work, run, slot, error);
}

void
turn_end_run(TurnWork *work, LiveRun *run, RunStatus end,
             const char *error_message)
{
	end_run(work, run, end, NO_SLOT, error_message);
	if (end == RUN_FAILED && run->plan->has_fallback)
		work->fallbacks = lappend(work->fallbacks, run);
}

/* The other items are of no more use, unless all are to be told of. */
static void
fail_item(TurnWork *work, LiveRun *run, const RunFan *fan, int slot,
          const char *error)
{
	int step = fan->ordinal;
	char *message = psprintf("item %d: %s", slot - fan->first, error);
	Attempt *attempt;

	if (run->plan->steps[step].is_collecting)
	{
		turn_end_settle(work, run, slot, STEP_FAILED);
		return;
	}
	cancel_tasks(work,
	             run,
	             fan->first,
	             fan->first + fan->count,
	             slot,
	             "another item failed");
	(void) run_state_settle(run->state,
	                        &run->plan->shape,
	                        slot,
	                        STEP_FAILED,
	                        &(ReadySlots){.slots = &(int){0}});
	run_state_drop_items(run->state, fan);
	attempt = turn_work_add_attempt(work, run, step, STEP_FAILED);
	attempt->error = message;
	attempt->error_class = "item";
	fail_step(work, run, step, message);
}

static void
fail_step(TurnWork *work, LiveRun *run, int step, const char *error)
{
	const PlanStep *planned = &run->plan->steps[step];

	if (planned->is_continued || planned->fallback_step != PLAN_NO_STEP)
	{
		turn_end_settle(work, run, step, STEP_FAILED);
		return;
	}
	end_run(work,
	        run,
	        RUN_FAILED,
	        step,
	        psprintf("Workflow failed at step '%s': %s", planned->name, error));
	if (run->plan->has_fallback)
		work->fallbacks = lappend(work->fallbacks, run);
}

/*
 * Steps that became READY or went to sleep in this turn have no row yet, and get
 * none: whoever writes them sees that they are so no more.  Rows that are in the
 * queue go when somebody comes to claim them.
 */
static void
end_run(TurnWork *work, LiveRun *run, RunStatus end, int failed_slot,
        const char *error_message)
{
	if (run_status_is_end(run_state_status(run->state)))
		return;
	cancel_tasks(work,
	             run,
	             0,
	             run_state_slot_count(run->state),
	             failed_slot,
	             "the run ended before the step did");
	if (failed_slot == NO_SLOT)
		run_state_end(run->state, end);
	else
		run_state_fail(run->state, failed_slot);
	run->error_message = error_message;
	run->is_changed = true;
}

/* Those of the slots from first up to end that are under way. */
static void
cancel_tasks(TurnWork *work, LiveRun *run, int first, int end, int but_slot,
             const char *error)
{
	for (int i = 0; i < run_state_task_count(run->state); i++)
	{
		const StepTask *task = run_state_task(run->state, i);

		if (task->ordinal >= first && task->ordinal < end &&
		    task->ordinal != but_slot)
			cancel_task(work, run, task, error);
	}
}

static void
cancel_task(TurnWork *work, LiveRun *run, const StepTask *task,
            const char *error)
{
	StepState state = run_state_step(run->state, task->ordinal);
	Attempt *attempt;

	if (state == STEP_SLEEPING)
		queue_store_add_timer(
			&work->unsleeping, run, task->ordinal, task->since);
	if (state != STEP_RUNNING && state != STEP_PARKED)
		return;
	attempt = turn_work_add_attempt(work, run, task->ordinal, STEP_CANCELLED);
	attempt->error = error;
	if (state == STEP_RUNNING)
		attempt->worker = find_worker(work, task->epoch);
	else
		leave(work, run, task->ordinal);
}

/* A parked step is given up, and whatever it waits for with it. */
static void
leave(TurnWork *work, LiveRun *run, int slot)
{
	ParkedStep *step = palloc0_object(ParkedStep);

	step->run = run;
	step->slot = slot;
	work->left = lappend(work->left, step);
}

static const char *
find_worker(const TurnWork *work, int epoch)
{
	if (work->turn->worker != NULL && work->turn->epoch == epoch)
		return work->turn->worker;
	return worker_store_find_name(epoch);
}
