/*
 * turn_tools.c
 *		Steps that call tools before they are done: assistants.
 */
#include "postgres.h"

#include "run_slot.h"
#include "run_start.h"
#include "timer.h"
#include "tool_store.h"
#include "turn_moves.h"
#include "turn_step.h"
#include "turn_tools.h"
#include "utils/builtins.h"

/*
 * Assistants can be tools of assistants, and each level multiplies what may be
 * called: so fewer runs may stand above a tool than above another run.
 */
#define TOOL_DEPTH_MAX 8

static bool start_children(TurnWork *work, LiveRun *run, int slot, List *calls);
static char *start_child(ToolCall *call, RunStart *how);
static void park(TurnWork *work, LiveRun *run, int slot);
static void look_again(TurnWork *work, LiveRun *run, int slot);
static bool is_too_late(const TurnWork *work, const ParkedStep *step);

char *
turn_tools_call(TurnWork *work, LiveRun *run, const TurnResult *result)
{
	ToolRound round = {.run = run,
	                   .slot = result->step,
	                   .attempt = result->attempt,
	                   .version_id = run_slot_version(run, result->step),
	                   .answer = result->outputs,
	                   .usage = result->usage};
	int number = tool_store_open_round(&round);
	List *calls;

	if (number == 0)
		return pstrdup("the model goes on calling tools where it was to "
		               "answer: see max_turns");
	calls = tool_store_read_calls(round.version_id, result->tool_calls);
	park(work, run, result->step);
	if (!start_children(work, run, result->step, calls))
		look_again(work, run, result->step);
	tool_store_add_calls(&round, number, calls);
	/* The first steps of the tools are in the queue since now. */
	work->turn->is_more = true;
	return NULL;
}

void
turn_tools_look(TurnWork *work, ParkedStep *step)
{
	LiveRun *run = step->run;
	TurnFailure failure = {.error_class = "timeout"};
	bool is_followed;
	bool is_over = tool_store_settle(run, step->slot, &is_followed);

	if (is_over)
	{
		(void) run_state_take_up(run->state, step->slot);
		work->unparked = lappend(work->unparked, step);
		turn_work_note_ready(work, run, step->slot);
	}
	else if (is_too_late(work, step))
	{
		work->unparked = lappend(work->unparked, step);
		turn_tools_leave(work, run, step->slot);
		failure.error = psprintf("timed out after %g s, waiting for its tools",
		                         run_slot_plan(run, step->slot)->timeout);
		turn_moves_fail_attempt(work, run, step->slot, &failure);
	}
	else if (is_followed)
		look_again(work, run, step->slot);
}

/* They may be locked by others, so timers tell them. */
void
turn_tools_leave(TurnWork *work, LiveRun *run, int slot)
{
	List *children = tool_store_find_children(run, slot);
	ListCell *cell;

	foreach (cell, children)
	{
		LiveRun *child = palloc0_object(LiveRun);

		child->run_id = *(const pg_uuid_t *) lfirst(cell);
		queue_store_add_timer(
			&work->timers, child, TIMER_CANCEL, work->turn->now);
	}
	if (children != NIL)
		work->turn->is_more = true;
}

void
turn_tools_remember(LiveRun *run, const TurnResult *result)
{
	tool_store_remember(run,
	                    &run_slot_plan(run, result->step)->mcp_id,
	                    run_slot_version(run, result->step),
	                    result->memory);
}

/* Returns whether one of them will tell of its end. */
static bool
start_children(TurnWork *work, LiveRun *run, int slot, List *calls)
{
	bool is_any_alive = false;
	ListCell *cell;

	foreach (cell, calls)
	{
		ToolCall *call = lfirst(cell);
		RunStart how = {.queue = run->queue,
		                .priority = run->priority,
		                .owner = run->owner,
		                .inputs = JsonbPGetDatum(call->arguments),
		                .parent_run_id = &run->run_id,
		                .parent_step_id = turn_step_id(run, slot),
		                .depth = run->depth + 1,
		                .now = work->turn->now};

		if (call->error == NULL)
			call->error = start_child(call, &how);
		is_any_alive |= call->error == NULL && !how.has_ended;
	}
	return is_any_alive;
}

/* Returns NULL, or why it cannot be started, which the model is told. */
static char *
start_child(ToolCall *call, RunStart *how)
{
	WorkflowRef workflow;
	char *id;

	if (how->depth > TOOL_DEPTH_MAX)
		return psprintf("the tool would be run %d in a chain of at most %d",
		                how->depth,
		                TOOL_DEPTH_MAX);
	if (!call->is_workflow)
		return run_start_mcp(&call->target_id, how, &call->child_run_id);
	id = DatumGetCString(
		DirectFunctionCall1(uuid_out, UUIDPGetDatum(&call->target_id)));
	if (!run_start_find_workflow(id, &workflow))
		return psprintf("workflow %s does not exist", id);
	return run_start_workflow(&workflow, how, &call->child_run_id);
}

static void
park(TurnWork *work, LiveRun *run, int slot)
{
	ParkedStep *step = palloc0_object(ParkedStep);

	step->run = run;
	step->slot = slot;
	step->kind = PARKED_TOOLS;
	step->since = work->turn->now;
	(void) run_state_set_aside(run->state, slot);
	run->is_changed = true;
	work->parked = lappend(work->parked, step);
}

static void
look_again(TurnWork *work, LiveRun *run, int slot)
{
	queue_store_add_timer(&work->timers, run, slot, work->turn->now);
	work->turn->is_more = true;
}

/* The time of an attempt runs from its beginning, whoever has it. */
static bool
is_too_late(const TurnWork *work, const ParkedStep *step)
{
	double timeout = run_slot_plan(step->run, step->slot)->timeout;
	const StepTask *task = run_state_find_task(step->run->state, step->slot);

	return timeout > 0 &&
	       timer_of_attempt(task->since, timeout) <= work->turn->now;
}
