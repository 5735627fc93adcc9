/*
 * turn_moves.c
 *		What a result, a lost worker or a due time means for a run.
 */
#include "postgres.h"

#include "retry_policy.h"
#include "timer.h"
#include "turn_end.h"
#include "turn_moves.h"
#include "turn_step.h"
#include "turn_tools.h"
#include "version_facts.h"

/*
 * A step that takes its worker down with it each time must come to an end: after
 * so many attempts beyond its own a lost worker counts as a failure.
 */
#define LOST_ATTEMPTS_MAX 5

static char *explain_loss(const LostWorker *lost);
static void refuse(Turn *turn, const TurnResult *result, const char *reason);
static void
take_success(TurnWork *work, LiveRun *run, const TurnResult *result);
static void take_calls(TurnWork *work, LiveRun *run, const TurnResult *result);
static bool
is_mismatch(const LiveRun *run, const TurnResult *result, TurnResult *failure);
static void
take_failure(TurnWork *work, LiveRun *run, const TurnResult *result);
static void go_on(TurnWork *work, LiveRun *run, int slot, int attempt,
                  const TurnFailure *failure);

void
turn_moves_take_result(TurnWork *work, const TurnResult *result)
{
	Turn *turn = work->turn;
	LiveRun *run = run_set_find(work->runs, &result->run_id);
	TurnResult failure;

	if (run == NULL || run_status_is_end(run_state_status(run->state)))
		refuse(turn, result, "run_over");
	else if (result->step >= run_state_slot_count(run->state) ||
	         !run_state_is_held(
				 run->state, result->step, result->attempt, turn->epoch))
		refuse(turn, result, "not_held");
	else if (result->is_success && result->tool_calls != NULL)
		take_calls(work, run, result);
	else if (result->is_success && is_mismatch(run, result, &failure))
		take_failure(work, run, &failure);
	else if (result->is_success)
		take_success(work, run, result);
	else
		take_failure(work, run, result);
}

void
turn_moves_give_back(TurnWork *work, LiveRun *run, const LostWorker *lost)
{
	for (int i = 0; i < run_state_task_count(run->state); i++)
	{
		StepTask task = *run_state_task(run->state, i);
		int attempts_max;
		Attempt *attempt;

		if (run_state_step(run->state, task.ordinal) != STEP_RUNNING ||
		    task.epoch != lost->epoch)
			continue;
		attempts_max = LOST_ATTEMPTS_MAX - 1 +
		               run_slot_plan(run, task.ordinal)->retry.max_attempts;
		attempt = turn_work_add_attempt(work, run, task.ordinal, STEP_FAILED);
		attempt->worker = lost->worker;
		attempt->error_class = "worker_lost";
		attempt->error = explain_loss(lost);
		if (task.attempt >= attempts_max)
		{
			turn_end_fail(work, run, task.ordinal, attempt->error);
			/* The list of tasks is another one now. */
			i = -1;
			continue;
		}
		run_state_give_back(run->state, task.ordinal);
		turn_work_note_ready(work, run, task.ordinal);
	}
}

void
turn_moves_finish(TurnWork *work, LiveRun *run, int slot, StepState end,
                  Jsonb *outputs)
{
	Attempt *attempt = turn_work_add_attempt(work, run, slot, end);

	attempt->outputs = outputs;
	if (end == STEP_SUCCESS)
		output_set_put(work->outputs, run, slot, outputs);
	turn_end_settle(work, run, slot, end);
}

void
turn_moves_fail_attempt(TurnWork *work, LiveRun *run, int slot,
                        const TurnFailure *failure)
{
	Attempt *attempt = turn_work_add_attempt(work, run, slot, STEP_FAILED);

	attempt->error = failure->error;
	attempt->error_class = failure->error_class;
	go_on(work, run, slot, attempt->attempt, failure);
}

void
turn_moves_fail_for_good(TurnWork *work, LiveRun *run, int slot,
                         const TurnFailure *failure)
{
	Attempt *attempt = turn_work_add_attempt(work, run, slot, STEP_FAILED);

	attempt->error = failure->error;
	attempt->error_class = failure->error_class;
	turn_end_fail(work, run, slot, failure->error);
}

static char *
explain_loss(const LostWorker *lost)
{
	if (lost->worker == NULL)
		return pstrdup("the worker was lost");
	return psprintf("worker \"%s\" was %s",
	                lost->worker,
	                lost->is_retired ? "retired" : "lost");
}

static void
refuse(Turn *turn, const TurnResult *result, const char *reason)
{
	TurnRefusal *refusal = palloc_object(TurnRefusal);

	refusal->result = result;
	refusal->reason = reason;
	turn->refusals = lappend(turn->refusals, refusal);
}

static void
take_success(TurnWork *work, LiveRun *run, const TurnResult *result)
{
	Attempt *attempt =
		turn_work_add_attempt(work, run, result->step, STEP_SUCCESS);

	attempt->worker = work->turn->worker;
	attempt->outputs = result->outputs;
	attempt->stdout_text = result->stdout_text;
	attempt->stderr_text = result->stderr_text;
	attempt->usage = result->usage;
	attempt->artifact = result->artifact;
	if (result->memory != NULL)
		turn_tools_remember(run, result);
	output_set_put(work->outputs, run, result->step, result->outputs);
	turn_end_settle(work, run, result->step, STEP_SUCCESS);
}

static void
take_calls(TurnWork *work, LiveRun *run, const TurnResult *result)
{
	TurnResult failure = *result;

	failure.error = turn_tools_call(work, run, result);
	if (failure.error == NULL)
		return;
	failure.is_success = false;
	failure.error_class = "bad_output";
	take_failure(work, run, &failure);
}

/*
 * A result that is not what its version promises is a failure of the step, and
 * stays readable in its attempt.
 */
static bool
is_mismatch(const LiveRun *run, const TurnResult *result, TurnResult *failure)
{
	char *error = version_facts_check_result(
		run_slot_version(run, result->step), result->outputs);

	if (error == NULL)
		return false;
	*failure = *result;
	failure->is_success = false;
	failure->error = error;
	failure->error_class = "output_schema";
	return true;
}

static void
take_failure(TurnWork *work, LiveRun *run, const TurnResult *result)
{
	TurnFailure failure = {
		result->error, result->error_class, result->retry_after};
	Attempt *attempt =
		turn_work_add_attempt(work, run, result->step, STEP_FAILED);

	attempt->worker = work->turn->worker;
	attempt->outputs = result->outputs;
	attempt->error = result->error;
	attempt->error_class = result->error_class;
	attempt->stdout_text = result->stdout_text;
	attempt->stderr_text = result->stderr_text;
	attempt->usage = result->usage;
	attempt->artifact = result->artifact;
	go_on(work, run, result->step, result->attempt, &failure);
}

/* After a failed attempt: another one later, or the end of the slot. */
static void
go_on(TurnWork *work, LiveRun *run, int slot, int attempt,
      const TurnFailure *failure)
{
	const PlanRetry *retry = &run_slot_plan(run, slot)->retry;
	TimestampTz due_at;

	if (!retry_policy_allows(retry, attempt, failure->error_class))
	{
		turn_end_fail(work, run, slot, failure->error);
		return;
	}
	due_at =
		timer_after(work->turn->now,
	                retry_policy_delay(retry, attempt, failure->retry_after));
	run_state_sleep(run->state, slot, due_at);
	run->is_changed = true;
	queue_store_add_timer(&work->sleeping, run, slot, due_at);
}
