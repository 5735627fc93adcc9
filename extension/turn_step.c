/*
 * turn_step.c
 *		What a slot of a run takes: its name, its items, its inputs.
 */
#include "postgres.h"

#include "json_value.h"
#include "mcp_version_cache.h"
#include "step_inputs.h"
#include "turn_step.h"

/* The items of a step, found once a turn however many of them are moved. */
typedef struct StepItems
{
	const LiveRun *run;
	int ordinal;
	JsonbContainer *array;
} StepItems;

/* Whose outputs are looked for. */
typedef struct OutputFinder
{
	const OutputSet *outputs;
	const LiveRun *run;
} OutputFinder;

static Jsonb *find_output(void *context, int step);
static JsonbContainer *
find_items(const TurnWork *work, const LiveRun *run, int ordinal);

const char *
turn_step_id(const LiveRun *run, int slot)
{
	const char *step_id = run_slot_plan(run, slot)->step_id;
	int index = turn_step_item_index(run, slot);

	return index < 0 ? step_id : psprintf("%s[%d]", step_id, index);
}

int
turn_step_item_index(const LiveRun *run, int slot)
{
	const RunFan *fan = run_state_find_fan(run->state, slot);

	return fan == NULL ? -1 : slot - fan->first;
}

const char *
turn_step_version_str(const LiveRun *run, int slot)
{
	const PlanStep *step = run_slot_plan(run, slot);

	if (step->kind != PLAN_STEP_MCP)
		return NULL;
	if (step->version_str != NULL)
		return step->version_str;
	return mcp_version_cache_get(run_slot_version(run, slot));
}

void
turn_step_want_inputs(TurnWork *work, LiveRun *run, int slot)
{
	const PlanStep *taker = run_slot_plan(run, slot);

	for (int i = 0; i < taker->used_count; i++)
		output_set_want(work->outputs, run, taker->used[i]);
}

bool
turn_step_scope(TurnWork *work, LiveRun *run, int slot, StepScope *scope,
                char **error)
{
	const RunFan *fan = run_state_find_fan(run->state, slot);
	JsonbContainer *items;
	JsonbValue *item;

	turn_step_scope_run(work, run, scope);
	if (fan == NULL)
		return true;
	items = turn_step_items(work, run, fan->ordinal, error);
	if (items == NULL)
		return false;
	scope->item_index = slot - fan->first;
	item = getIthJsonbValueFromContainer(items, (uint32) scope->item_index);
	if (item == NULL)
	{
		*error = psprintf("there is no item %d", scope->item_index);
		return false;
	}
	scope->item = *item;
	return true;
}

void
turn_step_scope_run(TurnWork *work, LiveRun *run, StepScope *scope)
{
	OutputFinder *finder = palloc_object(OutputFinder);
	Jsonb *inputs = DatumGetJsonbP(run->inputs);

	run->inputs = JsonbPGetDatum(inputs);
	finder->outputs = work->outputs;
	finder->run = run;
	*scope = (StepScope){.plan = run->plan,
	                     .run_inputs = inputs,
	                     .find_output = find_output,
	                     .context = finder,
	                     .item_index = -1};
}

Jsonb *
turn_step_resolve(TurnWork *work, LiveRun *run, int slot, char **error)
{
	StepScope scope;

	if (!turn_step_scope(work, run, slot, &scope, error))
		return NULL;
	return step_inputs_resolve(&scope, run_slot_ordinal(run, slot), error);
}

JsonbContainer *
turn_step_items(TurnWork *work, LiveRun *run, int ordinal, char **error)
{
	const PlanInput *source = run->plan->steps[ordinal].items;
	JsonbContainer *array = find_items(work, run, ordinal);
	StepItems *items;
	StepScope scope;
	JsonbValue value;

	if (array != NULL)
		return array;
	turn_step_scope_run(work, run, &scope);
	if (!step_inputs_find(&scope, source, &value, error))
		return NULL;
	if (value.type != jbvBinary || !JsonContainerIsArray(value.val.binary.data))
	{
		*error = psprintf("for_each needs an array of items, not %s",
		                  json_value_type(&value));
		return NULL;
	}
	items = palloc_object(StepItems);
	items->run = run;
	items->ordinal = ordinal;
	items->array = value.val.binary.data;
	work->items = lappend(work->items, items);
	return items->array;
}

static Jsonb *
find_output(void *context, int step)
{
	OutputFinder *finder = context;

	return output_set_get(finder->outputs, finder->run, step);
}

static JsonbContainer *
find_items(const TurnWork *work, const LiveRun *run, int ordinal)
{
	ListCell *cell;

	foreach (cell, work->items)
	{
		const StepItems *items = lfirst(cell);

		if (items->run == run && items->ordinal == ordinal)
			return items->array;
	}
	return NULL;
}
