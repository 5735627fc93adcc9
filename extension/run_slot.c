/*
 * run_slot.c
 *		What a slot of a run is: its step, its version, its queue.
 */
#include "postgres.h"

#include "run_slot.h"
#include "version_facts.h"

int
run_slot_ordinal(const LiveRun *run, int slot)
{
	const RunFan *fan = run_state_find_fan(run->state, slot);

	return fan == NULL ? slot : fan->ordinal;
}

const PlanStep *
run_slot_plan(const LiveRun *run, int slot)
{
	return &run->plan->steps[run_slot_ordinal(run, slot)];
}

const pg_uuid_t *
run_slot_version(const LiveRun *run, int slot)
{
	int step = run_slot_ordinal(run, slot);

	return run->pinned_versions == NULL ? &run->plan->steps[step].version_id
	                                    : &run->pinned_versions[step];
}

const char *
run_slot_queue(const LiveRun *run, int slot)
{
	return run_slot_find_queue(
		run_slot_plan(run, slot), run_slot_version(run, slot), run->queue);
}

const char *
run_slot_find_queue(const PlanStep *step, const pg_uuid_t *version_id,
                    const char *run_queue)
{
	const char *own =
		step->kind == PLAN_STEP_MCP ? version_facts_queue(version_id) : NULL;

	return own == NULL ? run_queue : own;
}
