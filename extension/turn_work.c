/*
 * turn_work.c
 *		What a turn gathers until it writes: runs, attempts, rows to come and go.
 */
#include "postgres.h"

#include "handed_inputs.h"
#include "run_save.h"
#include "step_inputs.h"
#include "timer.h"
#include "turn_cache.h"
#include "turn_place.h"
#include "turn_step.h"
#include "turn_tools.h"
#include "turn_work.h"
#include "wake.h"

static void note_outcome(TurnWork *work, LiveRun *run);
static void want_outputs(TurnWork *work, LiveRun *run);
static Jsonb *gather_outputs(TurnWork *work, LiveRun *run);
static void leave_parked(TurnWork *work);
static void wake_parents(const TurnWork *work);
static void write_queues(TurnWork *work);
static List *find_still(List *steps, StepState state);

TurnWork *
turn_work_create(Turn *turn)
{
	TurnWork *work = palloc0_object(TurnWork);

	work->turn = turn;
	work->runs = run_set_create();
	work->outputs = output_set_create();
	return work;
}

void
turn_work_note_ready(TurnWork *work, LiveRun *run, int slot)
{
	WaitingStep *waiting = palloc0_object(WaitingStep);

	waiting->run = run;
	waiting->step = slot;
	work->ready = lappend(work->ready, waiting);
	run->is_changed = true;
}

/*
 * Inputs are not written while a step is under way: where this backend does not
 * have them any more they are worked out again from what they were made of, none
 * of which can change.
 */
Attempt *
turn_work_add_attempt(TurnWork *work, LiveRun *run, int slot, StepState status)
{
	const PlanStep *planned = run_slot_plan(run, slot);
	const StepTask *task = run_state_find_task(run->state, slot);
	TurnAttempt *ended = palloc0_object(TurnAttempt);
	Attempt *attempt = &ended->attempt;

	ended->run = run;
	ended->has_inputs =
		status != STEP_SKIPPED &&
		(planned->items == NULL || turn_step_item_index(run, slot) >= 0);
	attempt->run_id = &run->run_id;
	attempt->step = slot;
	attempt->attempt = run_state_attempt(run->state, slot);
	attempt->mcp_id = planned->kind == PLAN_STEP_MCP ? &planned->mcp_id : NULL;
	attempt->step_id = turn_step_id(run, slot);
	attempt->name = planned->name;
	attempt->status = status;
	attempt->started_at =
		task == NULL || task->since == 0 ? work->turn->now : task->since;
	attempt->finished_at = work->turn->now;
	if (planned->timeout > 0 && task != NULL &&
	    run_state_step(run->state, slot) == STEP_RUNNING)
		queue_store_add_timer(&work->unsleeping,
		                      run,
		                      slot,
		                      timer_of_attempt(task->since, planned->timeout));
	work->attempts = lappend(work->attempts, ended);
	return attempt;
}

void
turn_work_write_attempts(TurnWork *work)
{
	List *attempts = NIL;
	ListCell *cell;

	foreach (cell, work->attempts)
	{
		TurnAttempt *ended = lfirst(cell);

		if (ended->has_inputs)
			ended->attempt.inputs =
				handed_inputs_take(&ended->run->run_id, ended->attempt.step);
		if (ended->has_inputs && ended->attempt.inputs == NULL)
			turn_step_want_inputs(work, ended->run, ended->attempt.step);
	}
	output_set_read(work->outputs);
	foreach (cell, work->attempts)
	{
		TurnAttempt *ended = lfirst(cell);
		Attempt *attempt = &ended->attempt;
		char *error;

		if (ended->has_inputs && attempt->inputs == NULL)
			attempt->inputs =
				turn_step_resolve(work, ended->run, attempt->step, &error);
		attempt->mcp_version = turn_step_version_str(ended->run, attempt->step);
		attempts = lappend(attempts, attempt);
	}
	turn_cache_note(work, work->attempts);
	attempt_store_add(attempts);
	work->attempts = NIL;
}

/* The attempts of runs that end go first: nobody reads a run without them. */
void
turn_work_write(TurnWork *work)
{
	ListCell *cell;

	foreach (cell, run_set_list(work->runs))
		note_outcome(work, lfirst(cell));
	turn_work_write_attempts(work);
	foreach (cell, work->turn->ended)
	{
		LiveRun *run = lfirst(cell);

		if (run_state_status(run->state) == RUN_SUCCESS)
			run->outputs = gather_outputs(work, run);
	}
	leave_parked(work);
	(void) parked_store_remove(work->unparked);
	parked_store_add(work->parked);
	write_queues(work);
	queue_limits_settle(
		work->limits, run_set_list(work->runs), work->turn->now);
	run_save(run_set_list(work->runs), work->turn->now);
	wake_parents(work);
	turn_cache_write(work);
}

static void
note_outcome(TurnWork *work, LiveRun *run)
{
	RunStatus status = run_state_status(run->state);

	if (!run->is_changed || !run_status_is_end(status))
		return;
	work->turn->ended = lappend(work->turn->ended, run);
	turn_place_leave(work, run);
	if (run->plan->timeout > 0)
		queue_store_add_timer(&work->unsleeping,
		                      run,
		                      TIMER_RUN_TIMEOUT,
		                      timer_after(run->created_at, run->plan->timeout));
	if (status == RUN_SUCCESS)
		want_outputs(work, run);
}

static void
want_outputs(TurnWork *work, LiveRun *run)
{
	const RunPlan *plan = run->plan;

	if (!plan->has_outputs && plan->last_step != PLAN_NO_STEP)
		output_set_want(work->outputs, run, plan->last_step);
	for (int i = 0; i < plan->output_count; i++)
		output_set_want_input(work->outputs, run, &plan->outputs[i]);
}

/* What a skipped step would have given is null there. */
static Jsonb *
gather_outputs(TurnWork *work, LiveRun *run)
{
	const RunPlan *plan = run->plan;
	StepScope scope;

	if (plan->has_outputs)
	{
		turn_step_scope_run(work, run, &scope);
		return step_inputs_gather(
			&scope, plan->outputs, plan->output_count, NULL);
	}
	if (plan->last_step == PLAN_NO_STEP)
		return NULL;
	return output_set_get(work->outputs, run, plan->last_step);
}

/*
 * Of steps that were cancelled while they were parked no timer stays, and the
 * runs that were started for them end too.  Those may be locked by others, so a
 * timer tells them.
 */
static void
leave_parked(TurnWork *work)
{
	List *timers = NIL;
	ListCell *cell;

	foreach (cell, parked_store_remove(work->left))
	{
		ParkedStep *step = lfirst(cell);

		if (step->expires_at != 0)
			queue_store_add_timer(
				&work->unsleeping, step->run, step->slot, step->expires_at);
		if (step->kind == PARKED_TOOLS)
			turn_tools_leave(work, step->run, step->slot);
		if (step->kind == PARKED_WORKFLOW)
		{
			LiveRun *child = palloc0_object(LiveRun);

			child->run_id = step->child_run_id;
			queue_store_add_timer(
				&timers, child, TIMER_CANCEL, work->turn->now);
		}
	}
	work->timers = list_concat(work->timers, timers);
	if (timers != NIL)
		work->turn->is_more = true;
}

static void
wake_parents(const TurnWork *work)
{
	List *children = NIL;
	ListCell *cell;

	foreach (cell, work->turn->ended)
		if (((LiveRun *) lfirst(cell))->depth > 0)
			children = lappend(children, lfirst(cell));
	if (children == NIL)
		return;
	parked_store_wake_parents(children, work->turn->now);
	work->turn->is_more = true;
	foreach (cell, children)
		wake_note_work(((LiveRun *) lfirst(cell))->queue);
}

/* A step may have come and gone within the turn: only what still is so stays. */
static void
write_queues(TurnWork *work)
{
	List *queued = find_still(work->queued, STEP_READY);
	QueueEntry *entries =
		palloc_array(QueueEntry, (Size) list_length(queued) + 1);
	int count = 0;
	ListCell *cell;

	queue_store_remove_sleeping(work->unsleeping);
	queue_store_add_sleeping(
		list_concat(find_still(work->sleeping, STEP_SLEEPING), work->timers));
	foreach (cell, queued)
	{
		const WaitingStep *step = lfirst(cell);
		const LiveRun *run = step->run;
		const char *queue = run_slot_queue(run, step->step);

		entries[count++] =
			(QueueEntry){&run->run_id, step->step, run->priority, queue};
		wake_note_work(queue);
	}
	queue_store_add_ready(entries, count);
}

static List *
find_still(List *steps, StepState state)
{
	List *found = NIL;
	ListCell *cell;

	foreach (cell, steps)
	{
		WaitingStep *step = lfirst(cell);

		if (run_state_step(step->run->state, step->step) == state)
			found = lappend(found, step);
	}
	return found;
}
