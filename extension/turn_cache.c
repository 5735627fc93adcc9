/*
 * turn_cache.c
 *		Steps that are not run because their result is known.
 */
#include "postgres.h"

#include "step_cache.h"
#include "turn_cache.h"
#include "turn_end.h"
#include "turn_step.h"
#include "version_facts.h"

static double get_ttl(const LiveRun *run, int slot);
static StepCacheEntry *make_entry(const LiveRun *run, int slot, Jsonb *inputs);
static void end_with(TurnWork *work, const TurnTask *task, Jsonb *result);

void
turn_cache_take(TurnWork *work, List *tasks)
{
	List *entries = NIL;
	List *asked = NIL;
	ListCell *cell;
	ListCell *entry_cell;

	foreach (cell, tasks)
	{
		TurnTask *task = lfirst(cell);

		if (task->inputs == NULL ||
		    run_state_step(task->run->state, task->step) != STEP_RUNNING ||
		    get_ttl(task->run, task->step) <= 0)
			continue;
		asked = lappend(asked, task);
		entries =
			lappend(entries, make_entry(task->run, task->step, task->inputs));
	}
	step_cache_find(entries, work->turn->now);
	forboth (cell, asked, entry_cell, entries)
	{
		const StepCacheEntry *entry = lfirst(entry_cell);

		if (entry->is_found)
			end_with(work, lfirst(cell), entry->result);
	}
}

void
turn_cache_note(TurnWork *work, List *attempts)
{
	ListCell *cell;

	foreach (cell, attempts)
	{
		const TurnAttempt *ended = lfirst(cell);
		const Attempt *attempt = &ended->attempt;
		StepCacheEntry *entry;

		if (attempt->status != STEP_SUCCESS || attempt->is_from_cache ||
		    attempt->inputs == NULL || get_ttl(ended->run, attempt->step) <= 0)
			continue;
		entry = make_entry(ended->run, attempt->step, attempt->inputs);
		entry->result = attempt->outputs;
		work->results_to_keep = lappend(work->results_to_keep, entry);
	}
}

void
turn_cache_write(TurnWork *work)
{
	step_cache_store(work->results_to_keep, work->turn->now);
	work->results_to_keep = NIL;
}

/* In seconds; 0: no result is used again.  The step's word goes before the MCP's. */
static double
get_ttl(const LiveRun *run, int slot)
{
	const PlanStep *planned = run_slot_plan(run, slot);

	if (planned->kind != PLAN_STEP_MCP ||
	    (planned->items != NULL && turn_step_item_index(run, slot) < 0))
		return 0;
	if (planned->cache_ttl > 0)
		return planned->cache_ttl;
	return version_facts_cache_ttl(run_slot_version(run, slot));
}

static StepCacheEntry *
make_entry(const LiveRun *run, int slot, Jsonb *inputs)
{
	StepCacheEntry *entry = palloc0_object(StepCacheEntry);

	entry->version_id = run_slot_version(run, slot);
	entry->inputs = inputs;
	entry->ttl = get_ttl(run, slot);
	return entry;
}

static void
end_with(TurnWork *work, const TurnTask *task, Jsonb *result)
{
	Attempt *attempt =
		turn_work_add_attempt(work, task->run, task->step, STEP_SUCCESS);

	attempt->outputs = result;
	attempt->is_from_cache = true;
	output_set_put(work->outputs, task->run, task->step, result);
	turn_end_settle(work, task->run, task->step, STEP_SUCCESS);
}
