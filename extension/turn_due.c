/*
 * turn_due.c
 *		Timers that went off: what each finds to do in its run.
 *
 * A timer is only a reminder.  Whether its time has really come stands in the run
 * and in the rows of what is parked.
 */
#include "postgres.h"

#include "json_document.h"
#include "kept_steps.h"
#include "run_origin.h"
#include "timer.h"
#include "turn_due.h"
#include "turn_end.h"
#include "turn_moves.h"
#include "turn_place.h"
#include "turn_step.h"
#include "turn_tools.h"

static ParkedStep *take(TurnWork *work, LiveRun *run, int slot);
static void take_of_run(TurnWork *work, LiveRun *run, int timer);
static void begin(TurnWork *work, LiveRun *run);
static void take_running(TurnWork *work, LiveRun *run, int slot);
static void look_at_parked(TurnWork *work, ParkedStep *step);
static void take_signal(TurnWork *work, ParkedStep *step);
static void take_decision(TurnWork *work, ParkedStep *step);
static void take_child(TurnWork *work, ParkedStep *step);
static void finish(TurnWork *work, ParkedStep *step, Jsonb *outputs);
static void fail(TurnWork *work, ParkedStep *step, const char *error,
                 const char *error_class);
static bool is_expired(const TurnWork *work, const ParkedStep *step);
static void expire(TurnWork *work, ParkedStep *step, const char *what);

void
turn_due_take(TurnWork *work, List *due_steps)
{
	List *parked = NIL;
	List *ended = NIL;
	ListCell *cell;

	foreach (cell, due_steps)
	{
		DueStep *due = lfirst(cell);
		LiveRun *run = run_set_find(work->runs, &due->run_id);
		ParkedStep *step;

		if (due->step == TIMER_PLACE)
			ended = lappend(ended, &due->run_id);
		if (run == NULL || run_status_is_end(run_state_status(run->state)))
			continue;
		step = take(work, run, due->step);
		if (step != NULL)
			parked = lappend(parked, step);
	}
	foreach (cell, turn_place_take(work, work->beginning, ended))
		begin(work, lfirst(cell));
	work->beginning = NIL;
	foreach (cell, parked_store_read(parked))
		look_at_parked(work, lfirst(cell));
}

/* Returns a step whose row has to be read first. */
static ParkedStep *
take(TurnWork *work, LiveRun *run, int slot)
{
	ParkedStep *parked;

	if (slot < 0)
	{
		take_of_run(work, run, slot);
		return NULL;
	}
	if (slot >= run_state_slot_count(run->state))
		return NULL;
	switch (run_state_step(run->state, slot))
	{
		case STEP_SLEEPING:
			if (run_state_wake(run->state, slot))
				turn_work_note_ready(work, run, slot);
			return NULL;
		case STEP_RUNNING:
			take_running(work, run, slot);
			return NULL;
		case STEP_PARKED:
			parked = palloc0_object(ParkedStep);
			parked->run = run;
			parked->slot = slot;
			return parked;
		case STEP_WAITING:
		case STEP_READY:
		case STEP_SUCCESS:
		case STEP_FAILED:
		case STEP_SKIPPED:
		case STEP_CANCELLED:
			return NULL;
	}
	return NULL;
}

static void
take_of_run(TurnWork *work, LiveRun *run, int timer)
{
	if (timer == TIMER_BEGIN && run->plan->concurrency_limit > 0)
		work->beginning = lappend(work->beginning, run);
	else if (timer == TIMER_BEGIN)
		begin(work, run);
	else if (timer == TIMER_CANCEL)
		turn_end_run(work,
		             run,
		             RUN_CANCELLED,
		             "the run that it was started for has ended");
	else if (timer == TIMER_RUN_TIMEOUT)
		turn_end_run(work,
		             run,
		             RUN_FAILED,
		             psprintf("timed out after %.3f s",
		                      (double) (work->turn->now - run->created_at) /
		                          USECS_PER_SEC));
}

/* A retry that waited, for its time or its place, has the results it keeps. */
static void
begin(TurnWork *work, LiveRun *run)
{
	const RunShape *shape = &run->plan->shape;
	RunOrigin self = {.run_id = &run->run_id};
	StepState *kept = palloc_array(StepState, (Size) shape->step_count + 1);

	run_origin_read_ends(&self, kept, shape->step_count);
	if (!kept_steps_begin(run->state, shape, kept))
		return;
	run->is_changed = true;
	for (int i = 0; i < shape->step_count; i++)
		if (run_state_step(run->state, i) == STEP_READY)
			turn_work_note_ready(work, run, i);
}

/* Its worker lives, but does not end what takes too long. */
static void
take_running(TurnWork *work, LiveRun *run, int slot)
{
	const PlanStep *step = run_slot_plan(run, slot);
	const StepTask *task = run_state_find_task(run->state, slot);
	TurnFailure failure = {.error_class = "timeout"};

	if (step->timeout <= 0 ||
	    timer_of_attempt(task->since, step->timeout) > work->turn->now)
		return;
	failure.error = psprintf("timed out after %g s", step->timeout);
	turn_moves_fail_attempt(work, run, slot, &failure);
}

static void
look_at_parked(TurnWork *work, ParkedStep *step)
{
	LiveRun *run = step->run;

	/* An earlier one may have ended the run, or the step by a failed item. */
	if (run_status_is_end(run_state_status(run->state)) ||
	    run_state_step(run->state, step->slot) != STEP_PARKED)
		return;
	switch (step->kind)
	{
		case PARKED_TIME:
			if (is_expired(work, step))
				finish(work, step, NULL);
			break;
		case PARKED_SIGNAL:
			take_signal(work, step);
			break;
		case PARKED_APPROVAL:
			take_decision(work, step);
			break;
		case PARKED_WORKFLOW:
			take_child(work, step);
			break;
		case PARKED_TOOLS:
			turn_tools_look(work, step);
			break;
	}
}

static void
take_signal(TurnWork *work, ParkedStep *step)
{
	Jsonb *payload;

	if (parked_store_take_signal(&step->run->run_id, step->name, &payload))
		finish(work, step, payload);
	else if (is_expired(work, step))
		expire(work, step, psprintf("the signal \"%s\"", step->name));
}

/* decide_approval has put {"decision": {"approved", ...}} into the row. */
static void
take_decision(TurnWork *work, ParkedStep *step)
{
	JsonbValue decision;
	JsonbValue is_approved;

	if (getKeyJsonValueFromContainer(
			&step->detail->root, "decision", 8, &decision) != NULL &&
	    decision.type == jbvBinary)
	{
		if (getKeyJsonValueFromContainer(
				decision.val.binary.data, "approved", 8, &is_approved) !=
		        NULL &&
		    is_approved.type == jbvBool && is_approved.val.boolean)
			finish(work, step, json_document_make(&decision));
		else
			fail(work, step, "the approval was refused", "rejected");
	}
	else if (is_expired(work, step))
		expire(work, step, "the approval");
}

static void
take_child(TurnWork *work, ParkedStep *step)
{
	if (!step->is_child_over)
		return;
	if (step->child_status == RUN_SUCCESS)
		finish(work, step, step->child_outputs);
	else if (step->has_child_fallback)
	{
		parked_store_follow_fallback(step);
		queue_store_add_timer(
			&work->timers, step->run, step->slot, work->turn->now);
		work->turn->is_more = true;
	}
	else
		fail(work,
		     step,
		     step->child_error == NULL
		         ? psprintf("the sub-workflow's run is %s",
		                    run_status_name(step->child_status))
		         : step->child_error,
		     step->child_status == RUN_CANCELLED ? "cancelled"
		                                         : "sub_workflow");
}

static void
finish(TurnWork *work, ParkedStep *step, Jsonb *outputs)
{
	if (step->expires_at != 0)
		queue_store_add_timer(
			&work->unsleeping, step->run, step->slot, step->expires_at);
	work->unparked = lappend(work->unparked, step);
	turn_moves_finish(work, step->run, step->slot, STEP_SUCCESS, outputs);
}

static void
fail(TurnWork *work, ParkedStep *step, const char *error,
     const char *error_class)
{
	TurnFailure failure = {error, error_class, 0};

	if (step->expires_at != 0)
		queue_store_add_timer(
			&work->unsleeping, step->run, step->slot, step->expires_at);
	work->unparked = lappend(work->unparked, step);
	turn_moves_fail_attempt(work, step->run, step->slot, &failure);
}

static bool
is_expired(const TurnWork *work, const ParkedStep *step)
{
	return step->expires_at != 0 && step->expires_at <= work->turn->now;
}

static void
expire(TurnWork *work, ParkedStep *step, const char *what)
{
	fail(work,
	     step,
	     psprintf("%s did not come in %.3f s",
	              what,
	              (double) (work->turn->now - step->since) / USECS_PER_SEC),
	     "timeout");
}
