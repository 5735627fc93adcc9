/*
 * output_set.c
 *		The results of steps that a turn needs: those it was given, those it reads.
 */
#include "postgres.h"

#include "attempt_store.h"
#include "common/hashfn.h"
#include "output_set.h"

typedef struct OutputKey
{
	const LiveRun *run;
	int step;
} OutputKey;

typedef struct OutputEntry
{
	OutputKey key;
	StepOutput *output;
	char status; /* simplehash's own */
} OutputEntry;

static uint32 hash_key(OutputKey key);

#define SH_PREFIX output_table
#define SH_ELEMENT_TYPE OutputEntry
#define SH_KEY_TYPE OutputKey
#define SH_KEY key
#define SH_HASH_KEY(table, key) hash_key(key)
#define SH_EQUAL(table, a, b) ((a).run == (b).run && (a).step == (b).step)
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

struct OutputSet
{
	output_table_hash *table;
	List *unread; /* of StepOutput * */
};

static int find_giver(const LiveRun *run, int step);
static StepOutput *
put(OutputSet *set, const LiveRun *run, int step, bool *is_found);

OutputSet *
output_set_create(void)
{
	OutputSet *set = palloc0_object(OutputSet);

	set->table = output_table_create(CurrentMemoryContext, 64, NULL);
	return set;
}

void
output_set_put(OutputSet *set, const LiveRun *run, int step, Jsonb *value)
{
	bool is_found;

	put(set, run, step, &is_found)->value = value;
}

void
output_set_want(OutputSet *set, const LiveRun *run, int step)
{
	bool is_found;
	StepOutput *output = put(set, run, find_giver(run, step), &is_found);

	if (!is_found)
		set->unread = lappend(set->unread, output);
}

void
output_set_want_input(OutputSet *set, const LiveRun *run,
                      const PlanInput *input)
{
	if (input->source == PLAN_STEP_OUTPUT)
		output_set_want(set, run, input->step);
	if (input->source != PLAN_EXPRESSION)
		return;
	for (int i = 0; i < input->expression->step_count; i++)
		output_set_want(set, run, input->expression->steps[i]);
}

void
output_set_read(OutputSet *set)
{
	attempt_store_read_outputs(set->unread);
	set->unread = NIL;
}

Jsonb *
output_set_get(const OutputSet *set, const LiveRun *run, int step)
{
	OutputKey key = {run, find_giver(run, step)};
	OutputEntry *entry = output_table_lookup(set->table, key);

	return entry == NULL ? NULL : entry->output->value;
}

/* The step, or the fallback that ran in its place. */
static int
find_giver(const LiveRun *run, int step)
{
	while (run_state_step(run->state, step) == STEP_FAILED &&
	       run->plan->steps[step].fallback_step != PLAN_NO_STEP)
		step = run->plan->steps[step].fallback_step;
	return step;
}

static StepOutput *
put(OutputSet *set, const LiveRun *run, int step, bool *is_found)
{
	OutputKey key = {run, step};
	OutputEntry *entry = output_table_insert(set->table, key, is_found);

	if (!*is_found)
	{
		entry->output = palloc0_object(StepOutput);
		entry->output->run_id = &run->run_id;
		entry->output->step = step;
	}
	return entry->output;
}

static uint32
hash_key(OutputKey key)
{
	return hash_combine(murmurhash32((uint32) ((uintptr_t) key.run >> 4)),
	                    murmurhash32((uint32) key.step));
}
