/*
 * turn_moves.c
 *		What a result, a lost worker or a due time means for a run.
 */
#include "postgres.h"

#include <math.h>

#include "common/pg_prng.h"
#include "turn_moves.h"
#include "version_schemas.h"

/* The back-off of "Retry with Backoff", as COMPAT has it. */
#define BACKOFF_SECONDS_FIRST 1.0
#define BACKOFF_SECONDS_MAX 30.0

/* A delay is this part of its length and the rest at random. */
#define BACKOFF_STEADY 0.8

/*
 * A step that takes its worker down with it each time must come to an end: after
 * so many attempts beyond its retries a lost worker counts as a failure.
 */
#define LOST_ATTEMPTS_MAX 5

#define NO_STEP (-1)

static char *explain_loss(const LostWorker *lost);
static void refuse(Turn *turn, const TurnResult *result, const char *reason);
static void
take_success(TurnWork *work, LiveRun *run, const TurnResult *result);
static bool
is_mismatch(const LiveRun *run, const TurnResult *result, TurnResult *failure);
static void
take_failure(TurnWork *work, LiveRun *run, const TurnResult *result);
static void
sleep_until_retry(TurnWork *work, LiveRun *run, int step, int attempt);
static void note_ready(TurnWork *work, LiveRun *run, int step);
static void end_run(TurnWork *work, LiveRun *run, int failed_step,
                    const char *error_message);
static void cancel_task(TurnWork *work, LiveRun *run, const StepTask *task);
static const char *find_worker(const TurnWork *work, int epoch);

void
turn_moves_take_result(TurnWork *work, const TurnResult *result)
{
	Turn *turn = work->turn;
	LiveRun *run = run_set_find(work->runs, &result->run_id);
	TurnResult failure;

	if (run == NULL || run_status_is_end(run_state_status(run->state)))
		refuse(turn, result, "run_over");
	else if (result->step >= run->plan->shape.step_count ||
	         !run_state_is_held(
				 run->state, result->step, result->attempt, turn->epoch))
		refuse(turn, result, "not_held");
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
	int attempts_max = LOST_ATTEMPTS_MAX + run->plan->max_retries;

	for (int i = 0; i < run_state_task_count(run->state); i++)
	{
		StepTask task = *run_state_task(run->state, i);
		Attempt *attempt;

		if (run_state_step(run->state, task.ordinal) != STEP_RUNNING ||
		    task.epoch != lost->epoch)
			continue;
		attempt = turn_work_add_attempt(work, run, task.ordinal, STEP_FAILED);
		attempt->worker = lost->worker;
		attempt->error_class = "worker_lost";
		attempt->error = explain_loss(lost);
		if (task.attempt >= attempts_max)
		{
			turn_moves_fail(work, run, task.ordinal, attempt->error);
			return;
		}
		run_state_give_back(run->state, task.ordinal);
		note_ready(work, run, task.ordinal);
	}
}

void
turn_moves_wake(TurnWork *work, const DueStep *due)
{
	LiveRun *run = run_set_find(work->runs, &due->run_id);

	if (run == NULL || due->step >= run->plan->shape.step_count)
		return;
	if (run_state_wake(run->state, due->step))
		note_ready(work, run, due->step);
}

void
turn_moves_fail(TurnWork *work, LiveRun *run, int step, const char *error)
{
	char *message = psprintf(
		"Workflow failed at step '%s': %s", run->plan->steps[step].name, error);

	end_run(work, run, step, message);
	if (run->plan->strategy == PLAN_FALLBACK)
		work->fallbacks = lappend(work->fallbacks, run);
}

void
turn_moves_cancel(TurnWork *work, LiveRun *run, const char *reason)
{
	end_run(work, run, NO_STEP, reason);
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
	int *ready = palloc_array(int, (Size) run->plan->shape.step_count);
	int ready_count;
	Attempt *attempt =
		turn_work_add_attempt(work, run, result->step, STEP_SUCCESS);

	attempt->worker = work->turn->worker;
	attempt->outputs = result->outputs;
	attempt->stdout_text = result->stdout_text;
	attempt->stderr_text = result->stderr_text;
	output_set_put(work->outputs, run, result->step, result->outputs);
	run_state_succeed(
		run->state, &run->plan->shape, result->step, ready, &ready_count);
	run->is_changed = true;
	for (int i = 0; i < ready_count; i++)
		note_ready(work, run, ready[i]);
	pfree(ready);
}

/*
 * A result that is not what its version promises is a failure of the step, and
 * stays readable in its attempt.
 */
static bool
is_mismatch(const LiveRun *run, const TurnResult *result, TurnResult *failure)
{
	char *error = version_schemas_check_result(
		turn_work_version(run, result->step), result->outputs);

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
	Attempt *attempt =
		turn_work_add_attempt(work, run, result->step, STEP_FAILED);

	attempt->worker = work->turn->worker;
	attempt->outputs = result->outputs;
	attempt->error = result->error;
	attempt->error_class = result->error_class;
	attempt->stdout_text = result->stdout_text;
	attempt->stderr_text = result->stderr_text;
	if (run->plan->strategy == PLAN_RETRY &&
	    result->attempt <= run->plan->max_retries)
		sleep_until_retry(work, run, result->step, result->attempt);
	else
		turn_moves_fail(work, run, result->step, result->error);
}

static void
sleep_until_retry(TurnWork *work, LiveRun *run, int step, int attempt)
{
	WaitingStep *sleeping = palloc_object(WaitingStep);
	double seconds =
		BACKOFF_SECONDS_FIRST * pow(run->plan->backoff_factor, attempt - 1);

	seconds = Min(seconds, BACKOFF_SECONDS_MAX);
	seconds *= BACKOFF_STEADY +
	           (1.0 - BACKOFF_STEADY) * pg_prng_double(&pg_global_prng_state);
	sleeping->run = run;
	sleeping->step = step;
	sleeping->due_at =
		work->turn->now + (TimestampTz) (seconds * USECS_PER_SEC);
	run_state_sleep(run->state, step, sleeping->due_at);
	run->is_changed = true;
	work->sleeping = lappend(work->sleeping, sleeping);
}

static void
note_ready(TurnWork *work, LiveRun *run, int step)
{
	WaitingStep *waiting = palloc0_object(WaitingStep);

	waiting->run = run;
	waiting->step = step;
	work->ready = lappend(work->ready, waiting);
	run->is_changed = true;
}

/*
 * FAILED by a step, or CANCELLED where there is none.  Steps that became READY or
 * went to sleep in this turn have no row yet, and get none: whoever writes them
 * sees that they are so no more.
 */
static void
end_run(TurnWork *work, LiveRun *run, int failed_step,
        const char *error_message)
{
	if (run_state_count(run->state, STEP_READY) > 0)
		work->unqueued = lappend(work->unqueued, run);
	for (int i = 0; i < run_state_task_count(run->state); i++)
	{
		const StepTask *task = run_state_task(run->state, i);

		if (task->ordinal != failed_step)
			cancel_task(work, run, task);
	}
	if (failed_step == NO_STEP)
		run_state_end(run->state, RUN_CANCELLED);
	else
		run_state_fail(run->state, failed_step);
	run->error_message = error_message;
	run->is_changed = true;
}

static void
cancel_task(TurnWork *work, LiveRun *run, const StepTask *task)
{
	StepState state = run_state_step(run->state, task->ordinal);

	if (state == STEP_RUNNING)
	{
		Attempt *attempt =
			turn_work_add_attempt(work, run, task->ordinal, STEP_CANCELLED);

		attempt->worker = find_worker(work, task->epoch);
		attempt->error = "the run ended before the step did";
	}
	else if (state == STEP_SLEEPING)
	{
		WaitingStep *sleeping = palloc_object(WaitingStep);

		sleeping->run = run;
		sleeping->step = task->ordinal;
		sleeping->due_at = task->since;
		work->unsleeping = lappend(work->unsleeping, sleeping);
	}
}

static const char *
find_worker(const TurnWork *work, int epoch)
{
	if (work->turn->worker != NULL && work->turn->epoch == epoch)
		return work->turn->worker;
	return worker_store_find_name(epoch);
}
