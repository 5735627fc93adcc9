/*
 * turn_handout.c
 *		Handing out work: the successors of this turn first, then the queue.
 *
 * A run that is under way goes on where it is: its next step costs no row in the
 * queue, and few runs are open at a time.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "run_start.h"
#include "turn_handout.h"
#include "turn_moves.h"
#include "utils/builtins.h"
#include "version_schemas.h"

/*
 * A step that fails at its inputs leaves room for another; after so many rounds
 * of that the worker comes again, and others get a chance at the runs.
 */
#define ROUNDS_MAX 8

static List *find_unheld(TurnWork *work);
static bool is_held(const Turn *turn, const LiveRun *run, const StepTask *task);
static void start_fallbacks(TurnWork *work);
static void start_fallback(TurnWork *work, LiveRun *run);
static List *place_ready(TurnWork *work);
static List *claim(TurnWork *work);
static bool resolve(TurnWork *work, List *tasks);
static void resolve_task(TurnWork *work, TurnTask *task);
static TurnDemand *find_demand(const Turn *turn, const char *queue);
static void make_room(const Turn *turn, const char *queue);
static TurnTask *
hand_out(TurnWork *work, LiveRun *run, int step, TurnDemand *demand);
static TurnTask *make_task(LiveRun *run, int step, TurnDemand *demand);

void
turn_handout(TurnWork *work)
{
	List *tasks = work->turn->is_recount ? find_unheld(work) : NIL;

	for (int round = 0; round < ROUNDS_MAX; round++)
	{
		CHECK_FOR_INTERRUPTS();
		start_fallbacks(work);
		tasks = list_concat(tasks, place_ready(work));
		tasks = list_concat(tasks, claim(work));
		if (resolve(work, tasks))
			return;
		tasks = NIL;
	}
	start_fallbacks(work);
	work->turn->is_more = true;
}

/*
 * The answer that handed these out was lost on its way: the same attempts are
 * handed out again, since nobody has begun them.
 */
static List *
find_unheld(TurnWork *work)
{
	Turn *turn = work->turn;
	List *tasks = NIL;
	ListCell *cell;

	foreach (cell, run_set_list(work->runs))
	{
		LiveRun *run = lfirst(cell);

		for (int i = 0; i < run_state_task_count(run->state); i++)
		{
			const StepTask *task = run_state_task(run->state, i);

			if (run_state_step(run->state, task->ordinal) == STEP_RUNNING &&
			    task->epoch == turn->epoch && !is_held(turn, run, task))
				tasks = lappend(tasks,
				                make_task(run,
				                          task->ordinal,
				                          find_demand(turn, run->queue)));
		}
	}
	return tasks;
}

static bool
is_held(const Turn *turn, const LiveRun *run, const StepTask *task)
{
	ListCell *cell;

	foreach (cell, turn->held)
	{
		const TurnHeld *held = lfirst(cell);

		if (held->step == task->ordinal && held->attempt == task->attempt &&
		    memcmp(&held->run_id, &run->run_id, sizeof(pg_uuid_t)) == 0)
			return true;
	}
	return false;
}

static void
start_fallbacks(TurnWork *work)
{
	ListCell *cell;

	foreach (cell, work->fallbacks)
		start_fallback(work, lfirst(cell));
	work->fallbacks = NIL;
}

/* That the fallback cannot be started does not undo that the run has failed. */
static void
start_fallback(TurnWork *work, LiveRun *run)
{
	RunStart start = {.queue = run->queue,
	                  .priority = run->priority,
	                  .owner = run->owner,
	                  .inputs = run->inputs,
	                  .parent_run_id = &run->run_id,
	                  .depth = run->depth + 1,
	                  .now = work->turn->now};
	char *fallback_id = DatumGetCString(
		DirectFunctionCall1(uuid_out, UUIDPGetDatum(&run->plan->fallback_id)));
	WorkflowRef fallback;
	char *problem;

	if (start.depth > RUN_DEPTH_MAX)
		problem = psprintf("it would be fallback %d in a chain of at most %d",
		                   start.depth,
		                   RUN_DEPTH_MAX);
	else if (!run_start_find_workflow(fallback_id, &fallback))
		problem = psprintf("workflow %s does not exist", fallback_id);
	else
		problem = run_start_workflow(&fallback, &start, &run->fallback_run_id);
	run->has_fallback_run = problem == NULL;
	if (problem != NULL)
		run->error_message =
			psprintf("%s (the fallback workflow could not be started: %s)",
		             run->error_message,
		             problem);
}

/* Of the steps that are READY since this turn: to this worker, or the queue. */
static List *
place_ready(TurnWork *work)
{
	List *tasks = NIL;
	ListCell *cell;

	foreach (cell, work->ready)
	{
		WaitingStep *step = lfirst(cell);
		TurnDemand *demand = find_demand(work->turn, step->run->queue);

		if (run_state_step(step->run->state, step->step) != STEP_READY)
			continue;
		if (demand == NULL || demand->count <= 0)
			work->queued = lappend(work->queued, step);
		else
			tasks =
				lappend(tasks, hand_out(work, step->run, step->step, demand));
	}
	work->ready = NIL;
	return tasks;
}

static List *
claim(TurnWork *work)
{
	List *tasks = NIL;
	ListCell *demand_cell;

	foreach (demand_cell, work->turn->demands)
	{
		TurnDemand *demand = lfirst(demand_cell);
		List *claims = NIL;
		ListCell *cell;

		if (demand->count > 0)
			claims = run_store_claim(demand->queue, demand->count);
		foreach (cell, claims)
		{
			ClaimedStep *claimed = lfirst(cell);
			LiveRun *run = run_set_add(work->runs, claimed->run);
			TurnTask *task = hand_out(work, run, claimed->step, demand);

			if (task == NULL)
				work->turn->is_more = true;
			else
				tasks = lappend(tasks, task);
		}
	}
	return tasks;
}

/*
 * Gives the tasks their inputs.  Returns whether all have them; else there is
 * room again for others.  One that fails takes along its run's other steps,
 * those before and behind it in the list.
 */
static bool
resolve(TurnWork *work, List *tasks)
{
	Turn *turn = work->turn;
	bool is_done = true;
	ListCell *cell;

	foreach (cell, tasks)
	{
		TurnTask *task = lfirst(cell);

		output_set_want_inputs(work->outputs, task->run, task->step);
	}
	output_set_read(work->outputs);
	foreach (cell, tasks)
		resolve_task(work, lfirst(cell));
	foreach (cell, tasks)
	{
		TurnTask *task = lfirst(cell);

		if (run_state_is_held(
				task->run->state, task->step, task->attempt, turn->epoch))
		{
			turn->tasks = lappend(turn->tasks, task);
			continue;
		}
		make_room(turn, task->run->queue);
		is_done = false;
	}
	return is_done;
}

static void
resolve_task(TurnWork *work, TurnTask *task)
{
	LiveRun *run = task->run;
	Attempt *attempt;
	const char *error_class = "inputs";
	char *error;

	if (run_status_is_end(run_state_status(run->state)))
		return;
	task->inputs = turn_work_resolve(work, run, task->step, &error);
	if (task->inputs != NULL)
	{
		error = version_schemas_check_inputs(turn_work_version(run, task->step),
		                                     task->inputs);
		if (error == NULL)
			return;
		error_class = "input_schema";
	}
	attempt = turn_work_add_attempt(work, run, task->step, STEP_FAILED);
	attempt->error = error;
	attempt->error_class = error_class;
	turn_moves_fail(work, run, task->step, error);
}

static TurnDemand *
find_demand(const Turn *turn, const char *queue)
{
	ListCell *cell;

	foreach (cell, turn->demands)
	{
		TurnDemand *demand = lfirst(cell);

		if (strcmp(demand->queue, queue) == 0)
			return demand;
	}
	return NULL;
}

static void
make_room(const Turn *turn, const char *queue)
{
	TurnDemand *demand = find_demand(turn, queue);

	if (demand != NULL)
		demand->count++;
}

/* NULL where the state of the run does not have the move. */
static TurnTask *
hand_out(TurnWork *work, LiveRun *run, int step, TurnDemand *demand)
{
	Turn *turn = work->turn;

	if (step >= run->plan->shape.step_count ||
	    !run_state_hand_out(run->state, step, turn->epoch, turn->now))
		return NULL;
	if (run->started_at == 0)
		run->started_at = turn->now;
	run->is_changed = true;
	return make_task(run, step, demand);
}

static TurnTask *
make_task(LiveRun *run, int step, TurnDemand *demand)
{
	TurnTask *task = palloc0_object(TurnTask);

	if (demand != NULL)
		demand->count--;
	task->run = run;
	task->step = step;
	task->attempt = run_state_attempt(run->state, step);
	return task;
}
