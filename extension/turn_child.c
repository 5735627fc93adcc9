/*
 * turn_child.c
 *		Runs that a run starts: of sub-workflows, and of fallback workflows.
 */
#include "postgres.h"

#include "run_start.h"
#include "turn_child.h"
#include "turn_moves.h"
#include "turn_step.h"
#include "utils/builtins.h"

static char *
start(const TurnWork *work, const LiveRun *run, const pg_uuid_t *workflow_id,
      RunStart *how, pg_uuid_t *run_id);
static void start_fallback(TurnWork *work, LiveRun *run);
static void park(TurnWork *work, LiveRun *run, int slot,
                 const pg_uuid_t *child_run_id, bool is_over);

void
turn_child_start(TurnWork *work, LiveRun *run, int slot)
{
	const PlanStep *step = run_slot_plan(run, slot);
	TurnFailure failure = {.error_class = "inputs"};
	char *error;
	Jsonb *inputs = turn_step_resolve(work, run, slot, &error);
	RunStart how = {.parent_step_id = turn_step_id(run, slot)};
	pg_uuid_t child_run_id;

	if (inputs != NULL)
	{
		how.inputs = JsonbPGetDatum(inputs);
		failure.error_class = "sub_workflow";
		error = start(work, run, &step->workflow_id, &how, &child_run_id);
	}
	if (error == NULL)
	{
		park(work, run, slot, &child_run_id, how.has_ended);
		return;
	}
	failure.error = error;
	turn_moves_fail_for_good(work, run, slot, &failure);
}

void
turn_child_start_fallbacks(TurnWork *work)
{
	ListCell *cell;

	foreach (cell, work->fallbacks)
		start_fallback(work, lfirst(cell));
	work->fallbacks = NIL;
}

/* Returns NULL, or why it cannot be started. */
static char *
start(const TurnWork *work, const LiveRun *run, const pg_uuid_t *workflow_id,
      RunStart *how, pg_uuid_t *run_id)
{
	char *id = DatumGetCString(
		DirectFunctionCall1(uuid_out, UUIDPGetDatum(workflow_id)));
	WorkflowRef workflow;

	how->queue = run->queue;
	how->priority = run->priority;
	how->owner = run->owner;
	how->parent_run_id = &run->run_id;
	how->depth = run->depth + 1;
	how->now = work->turn->now;
	if (how->depth > RUN_DEPTH_MAX)
		return psprintf("it would be run %d in a chain of at most %d",
		                how->depth,
		                RUN_DEPTH_MAX);
	if (!run_start_find_workflow(id, &workflow))
		return psprintf("workflow %s does not exist", id);
	return run_start_workflow(&workflow, how, run_id);
}

/* That the fallback cannot be started does not undo that the run has failed. */
static void
start_fallback(TurnWork *work, LiveRun *run)
{
	RunStart how = {.inputs = run->inputs};
	char *problem =
		start(work, run, &run->plan->fallback_id, &how, &run->fallback_run_id);

	run->has_fallback_run = problem == NULL;
	if (problem != NULL)
		run->error_message =
			psprintf("%s (the fallback workflow could not be started: %s)",
		             run->error_message,
		             problem);
}

/* One that was over at once is looked at by the next turn. */
static void
park(TurnWork *work, LiveRun *run, int slot, const pg_uuid_t *child_run_id,
     bool is_over)
{
	ParkedStep *parked = palloc0_object(ParkedStep);

	parked->run = run;
	parked->slot = slot;
	parked->kind = PARKED_WORKFLOW;
	parked->child_run_id = *child_run_id;
	parked->since = work->turn->now;
	run_state_park(run->state, slot, parked->since);
	if (run->started_at == 0)
		run->started_at = parked->since;
	run->is_changed = true;
	work->parked = lappend(work->parked, parked);
	if (is_over)
		queue_store_add_timer(&work->timers, run, slot, parked->since);
	/* The child's first steps are in the queue since now. */
	work->turn->is_more = true;
}
