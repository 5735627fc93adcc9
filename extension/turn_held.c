/*
 * turn_held.c
 *		What a worker says that it has, compared with what it was handed.
 */
#include "postgres.h"

#include "turn_held.h"

static bool is_gone(const TurnWork *work, const TurnHeld *held);

bool
turn_held_has(const Turn *turn, const LiveRun *run, const StepTask *task)
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

/* Nobody has said that these attempts have ended: it is no event of theirs. */
void
turn_held_refuse_gone(TurnWork *work)
{
	ListCell *cell;

	foreach (cell, work->turn->held)
	{
		const TurnHeld *held = lfirst(cell);
		TurnRefusal *refusal;
		TurnResult *result;

		if (!is_gone(work, held))
			continue;
		result = palloc0_object(TurnResult);
		result->run_id = held->run_id;
		result->step = held->step;
		result->attempt = held->attempt;
		refusal = palloc_object(TurnRefusal);
		refusal->result = result;
		refusal->reason = "gone";
		work->turn->refusals = lappend(work->turn->refusals, refusal);
	}
}

/* The turn has locked every live run that has a task of this worker. */
static bool
is_gone(const TurnWork *work, const TurnHeld *held)
{
	const LiveRun *run = run_set_find(work->runs, &held->run_id);

	return run == NULL || run_status_is_end(run_state_status(run->state)) ||
	       held->step >= run_state_slot_count(run->state) ||
	       !run_state_is_held(
			   run->state, held->step, held->attempt, work->turn->epoch);
}
