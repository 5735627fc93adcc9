/*
 * turn_handout.c
 *		Handing out work: the successors of this turn first, then the queue.
 *
 * A run that is under way goes on where it is: its next step costs no row in the
 * queue, and few runs are open at a time.
 */
#include "postgres.h"

#include "handed_inputs.h"
#include "miscadmin.h"
#include "timer.h"
#include "turn_cache.h"
#include "turn_child.h"
#include "turn_enter.h"
#include "turn_handout.h"
#include "turn_held.h"
#include "turn_moves.h"
#include "turn_step.h"
#include "version_facts.h"
#include "wake.h"

/*
 * A step that fails at its inputs leaves room for another; after so many rounds
 * of that the worker comes again, and others get a chance at the runs.
 */
#define ROUNDS_MAX 8

static void lock_limits(TurnWork *work);
static List *add_queues(List *queues, const LiveRun *run);
static List *find_unheld(TurnWork *work);
static List *place_ready(TurnWork *work);
static List *claim(TurnWork *work);
static bool resolve(TurnWork *work, List *tasks);
static void resolve_task(TurnWork *work, TurnTask *task);
static TurnDemand *find_demand(const Turn *turn, const char *queue);
static void make_room(const Turn *turn, const char *queue);
static TurnTask *
hand_out(TurnWork *work, LiveRun *run, int slot, TurnDemand *demand);
static TurnTask *make_task(LiveRun *run, int step, TurnDemand *demand);

void
turn_handout(TurnWork *work)
{
	List *tasks = NIL;

	if (work->turn->is_recount)
	{
		turn_held_refuse_gone(work);
		tasks = find_unheld(work);
	}
	lock_limits(work);
	for (int round = 0; round < ROUNDS_MAX; round++)
	{
		CHECK_FOR_INTERRUPTS();
		turn_enter(work);
		turn_child_start_fallbacks(work);
		tasks = list_concat(tasks, place_ready(work));
		tasks = list_concat(tasks, claim(work));
		if (resolve(work, tasks))
		{
			work->turn->room_at = queue_limits_next_room(work->limits);
			return;
		}
		tasks = NIL;
	}
	turn_handout_queue(work);
	work->turn->is_more = true;
}

void
turn_handout_queue(TurnWork *work)
{
	turn_enter(work);
	turn_child_start_fallbacks(work);
	work->queued = list_concat(work->queued, work->ready);
	work->ready = NIL;
}

static void
lock_limits(TurnWork *work)
{
	List *queues = NIL;
	ListCell *cell;

	if (!queue_limits_exist())
		return;
	foreach (cell, work->turn->demands)
		queues = lappend(queues, pstrdup(((TurnDemand *) lfirst(cell))->queue));
	foreach (cell, run_set_list(work->runs))
		queues = add_queues(queues, lfirst(cell));
	work->limits =
		queue_limits_lock(queues, run_set_list(work->runs), work->turn->now);
}

/* What of a run's tasks has ended makes room in their queues. */
static List *
add_queues(List *queues, const LiveRun *run)
{
	int slot = -1;

	while ((slot = bms_next_member(run->running_before, slot)) >= 0)
		queues = lappend(queues, pstrdup(run_slot_queue(run, slot)));
	return queues;
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
			    task->epoch == turn->epoch && !turn_held_has(turn, run, task))
				tasks = lappend(
					tasks,
					make_task(
						run,
						task->ordinal,
						find_demand(turn, run_slot_queue(run, task->ordinal))));
		}
	}
	return tasks;
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
		TurnDemand *demand =
			find_demand(work->turn, run_slot_queue(step->run, step->step));

		if (run_state_step(step->run->state, step->step) != STEP_READY)
			continue;
		if (demand == NULL || demand->count <= 0 ||
		    queue_limits_room(work->limits, demand->queue, 1) == 0)
		{
			work->queued = lappend(work->queued, step);
			continue;
		}
		queue_limits_take(work->limits, demand->queue, 1);
		tasks = lappend(tasks, hand_out(work, step->run, step->step, demand));
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
		int room =
			queue_limits_room(work->limits, demand->queue, demand->count);
		bool is_limited = room < demand->count;

		if (room > 0)
			claims = run_store_claim(demand->queue, room);
		/* Whoever started a run in this transaction need not wake others. */
		if (!is_limited && list_length(claims) < room)
			wake_forget_work(demand->queue);
		/* No step begins before what was seen of its run before this lock. */
		if (claims != NIL)
			work->turn->now = GetCurrentTimestamp();
		queue_limits_take(work->limits, demand->queue, list_length(claims));
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

		turn_step_want_inputs(work, task->run, task->step);
	}
	output_set_read(work->outputs);
	foreach (cell, tasks)
		resolve_task(work, lfirst(cell));
	turn_cache_take(work, tasks);
	foreach (cell, tasks)
	{
		TurnTask *task = lfirst(cell);
		const char *queue;

		if (run_state_is_held(
				task->run->state, task->step, task->attempt, turn->epoch))
		{
			turn->tasks = lappend(turn->tasks, task);
			continue;
		}
		queue = run_slot_queue(task->run, task->step);
		make_room(turn, queue);
		queue_limits_take(work->limits, queue, -1);
		is_done = false;
	}
	return is_done;
}

static void
resolve_task(TurnWork *work, TurnTask *task)
{
	LiveRun *run = task->run;
	TurnFailure failure = {.error_class = "inputs"};
	char *error;

	if (run_state_step(run->state, task->step) != STEP_RUNNING)
		return;
	task->inputs = turn_step_resolve(work, run, task->step, &error);
	if (task->inputs != NULL)
	{
		error = version_facts_check_inputs(run_slot_version(run, task->step),
		                                   task->inputs);
		if (error == NULL)
		{
			handed_inputs_keep(&run->run_id, task->step, task->inputs);
			return;
		}
		failure.error_class = "input_schema";
	}
	failure.error = error;
	turn_moves_fail_for_good(work, run, task->step, &failure);
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
hand_out(TurnWork *work, LiveRun *run, int slot, TurnDemand *demand)
{
	Turn *turn = work->turn;
	double timeout;

	if (slot >= run_state_slot_count(run->state) ||
	    !run_state_hand_out(run->state, slot, turn->epoch, turn->now))
		return NULL;
	if (run->started_at == 0)
		run->started_at = turn->now;
	run->is_changed = true;
	timeout = run_slot_plan(run, slot)->timeout;
	if (timeout > 0)
		queue_store_add_timer(
			&work->timers,
			run,
			slot,
			timer_of_attempt(run_state_find_task(run->state, slot)->since,
		                     timeout));
	return make_task(run, slot, demand);
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
