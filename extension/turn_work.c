/*
 * turn_work.c
 *		What a turn gathers until it writes: runs, attempts, rows to come and go.
 */
#include "postgres.h"

#include "mcp_version_cache.h"
#include "step_inputs.h"
#include "turn_work.h"
#include "wake.h"

/* Whose outputs are looked for. */
typedef struct OutputFinder
{
	const OutputSet *outputs;
	const LiveRun *run;
} OutputFinder;

static void note_outcome(TurnWork *work, LiveRun *run);
static Jsonb *find_output(void *context, int step);
static const char *find_version_str(const LiveRun *run, int step);
static void write_attempts(TurnWork *work);
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

/*
 * Inputs are not kept while a step is under way: they are worked out again from
 * what they were made of, none of which can change.
 */
Attempt *
turn_work_add_attempt(TurnWork *work, LiveRun *run, int step, StepState status)
{
	const PlanStep *planned = &run->plan->steps[step];
	const StepTask *task = run_state_find_task(run->state, step);
	TurnAttempt *ended = palloc0_object(TurnAttempt);
	Attempt *attempt = &ended->attempt;

	ended->run = run;
	attempt->run_id = &run->run_id;
	attempt->step = step;
	attempt->attempt = run_state_attempt(run->state, step);
	attempt->mcp_id = &planned->mcp_id;
	attempt->step_id = planned->step_id;
	attempt->name = planned->name;
	attempt->status = status;
	attempt->started_at = task == NULL ? work->turn->now : task->since;
	attempt->finished_at = work->turn->now;
	work->attempts = lappend(work->attempts, ended);
	return attempt;
}

Jsonb *
turn_work_resolve(TurnWork *work, LiveRun *run, int step, char **error)
{
	OutputFinder finder = {work->outputs, run};
	Jsonb *inputs = DatumGetJsonbP(run->inputs);

	run->inputs = JsonbPGetDatum(inputs);
	return step_inputs_resolve(
		run->plan, step, inputs, find_output, &finder, error);
}

const pg_uuid_t *
turn_work_version(const LiveRun *run, int step)
{
	return run->pinned_versions == NULL ? &run->plan->steps[step].version_id
	                                    : &run->pinned_versions[step];
}

/* The attempts of runs that end go first: nobody reads a run without them. */
void
turn_work_write(TurnWork *work)
{
	ListCell *cell;

	foreach (cell, run_set_list(work->runs))
		note_outcome(work, lfirst(cell));
	write_attempts(work);
	write_queues(work);
	run_store_save(run_set_list(work->runs), work->turn->now);
}

static void
note_outcome(TurnWork *work, LiveRun *run)
{
	RunStatus status = run_state_status(run->state);

	if (!run->is_changed || !run_status_is_end(status))
		return;
	work->turn->ended = lappend(work->turn->ended, run);
	if (status == RUN_SUCCESS)
		output_set_want(work->outputs, run, run->plan->shape.step_count - 1);
}

static Jsonb *
find_output(void *context, int step)
{
	OutputFinder *finder = context;

	return output_set_get(finder->outputs, finder->run, step);
}

static const char *
find_version_str(const LiveRun *run, int step)
{
	const char *version_str = run->plan->steps[step].version_str;

	if (version_str != NULL)
		return version_str;
	return mcp_version_cache_get(turn_work_version(run, step));
}

static void
write_attempts(TurnWork *work)
{
	List *attempts = NIL;
	ListCell *cell;

	foreach (cell, work->attempts)
	{
		TurnAttempt *ended = lfirst(cell);

		output_set_want_inputs(work->outputs, ended->run, ended->attempt.step);
	}
	output_set_read(work->outputs);
	foreach (cell, work->attempts)
	{
		TurnAttempt *ended = lfirst(cell);
		Attempt *attempt = &ended->attempt;
		char *error;

		attempt->inputs =
			turn_work_resolve(work, ended->run, attempt->step, &error);
		attempt->mcp_version = find_version_str(ended->run, attempt->step);
		attempts = lappend(attempts, attempt);
	}
	attempt_store_add(attempts);
	foreach (cell, work->turn->ended)
	{
		LiveRun *run = lfirst(cell);

		if (run_state_status(run->state) == RUN_SUCCESS)
			run->outputs = output_set_get(
				work->outputs, run, run->plan->shape.step_count - 1);
	}
}

/* A step may have come and gone within the turn: only what still is so stays. */
static void
write_queues(TurnWork *work)
{
	List *queued = find_still(work->queued, STEP_READY);
	ListCell *cell;

	queue_store_remove_ready(work->unqueued);
	queue_store_remove_sleeping(work->unsleeping);
	queue_store_add_sleeping(find_still(work->sleeping, STEP_SLEEPING));
	queue_store_add_ready(queued);
	foreach (cell, queued)
	{
		WaitingStep *step = lfirst(cell);

		wake_note_work(step->run->queue);
	}
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
