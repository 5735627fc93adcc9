/*
 * run_row.c
 *		The columns of a live run's row, and what they decode to.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "plan_cache.h"
#include "run_row.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/rel.h"

enum
{
	COLUMN_RUN_ID,
	COLUMN_WORKFLOW_ID,
	COLUMN_WORKFLOW_VERSION,
	COLUMN_MCP_VERSION_ID,
	COLUMN_STATUS,
	COLUMN_QUEUE,
	COLUMN_OWNER,
	COLUMN_PRIORITY,
	COLUMN_DEPTH,
	COLUMN_STARTED_AT,
	COLUMN_INPUTS,
	COLUMN_PINNED_VERSIONS,
	COLUMN_STATE,
	COLUMN_CREATED_AT
};

static const char *const column_names[RUN_ROW_COLUMN_COUNT] = {
	[COLUMN_RUN_ID] = "run_id",
	[COLUMN_WORKFLOW_ID] = "workflow_id",
	[COLUMN_WORKFLOW_VERSION] = "workflow_version",
	[COLUMN_MCP_VERSION_ID] = "mcp_version_id",
	[COLUMN_STATUS] = "status",
	[COLUMN_QUEUE] = "queue",
	[COLUMN_OWNER] = "owner",
	[COLUMN_PRIORITY] = "priority",
	[COLUMN_DEPTH] = "depth",
	[COLUMN_STARTED_AT] = "started_at",
	[COLUMN_INPUTS] = "inputs",
	[COLUMN_PINNED_VERSIONS] = "pinned_versions",
	[COLUMN_STATE] = "state",
	[COLUMN_CREATED_AT] = "created_at",
};

static const RunPlan *find_plan(const Datum *values, const bool *nulls);
static RunState *
parse_state(const RunPlan *plan, const char *status, bytea *bytes);
static const pg_uuid_t *find_pins(const RunPlan *plan, ArrayType *array);
static void give_up(LiveRun *run, const char *reason);

void
run_row_open(RunRowReader *reader, const RowTable *live_runs)
{
	reader->columns = RelationGetDescr(row_table_relation(live_runs));
	row_table_find_columns(
		live_runs, column_names, RUN_ROW_COLUMN_COUNT, reader->places);
	reader->values = palloc_array(Datum, (Size) reader->columns->natts);
	reader->nulls = palloc_array(bool, (Size) reader->columns->natts);
}

LiveRun *
run_row_decode(RunRowReader *reader, HeapTuple row)
{
	LiveRun *run = palloc0_object(LiveRun);
	Datum values[RUN_ROW_COLUMN_COUNT];
	bool nulls[RUN_ROW_COLUMN_COUNT];
	char *status;

	heap_deform_tuple(row, reader->columns, reader->values, reader->nulls);
	for (int i = 0; i < RUN_ROW_COLUMN_COUNT; i++)
	{
		values[i] = reader->values[reader->places[i]];
		nulls[i] = reader->nulls[reader->places[i]];
	}
	run->row = row;
	status = TextDatumGetCString(values[COLUMN_STATUS]);
	run->run_id = *DatumGetUUIDP(values[COLUMN_RUN_ID]);
	if (!nulls[COLUMN_WORKFLOW_ID])
		run->workflow_id = *DatumGetUUIDP(values[COLUMN_WORKFLOW_ID]);
	run->queue = TextDatumGetCString(values[COLUMN_QUEUE]);
	run->owner = pstrdup(NameStr(*DatumGetName(values[COLUMN_OWNER])));
	run->priority = DatumGetInt32(values[COLUMN_PRIORITY]);
	run->depth = DatumGetInt32(values[COLUMN_DEPTH]);
	if (!nulls[COLUMN_STARTED_AT])
		run->started_at = DatumGetTimestampTz(values[COLUMN_STARTED_AT]);
	run->created_at = DatumGetTimestampTz(values[COLUMN_CREATED_AT]);
	run->inputs = values[COLUMN_INPUTS];
	run->plan = find_plan(values, nulls);
	if (run->plan == NULL)
	{
		give_up(run, "its workflow version is missing");
		return run;
	}
	if (!nulls[COLUMN_STATE])
		run->state = parse_state(
			run->plan, status, DatumGetByteaPP(values[COLUMN_STATE]));
	if (run->state == NULL)
	{
		give_up(run, "its state is damaged");
		return run;
	}
	run->running_before = run_row_find_running(run->state);
	if (!nulls[COLUMN_PINNED_VERSIONS])
		run->pinned_versions = find_pins(
			run->plan, DatumGetArrayTypeP(values[COLUMN_PINNED_VERSIONS]));
	if (run->plan->has_latest && run->pinned_versions == NULL)
		give_up(run, "its pinned versions are damaged");
	return run;
}

Bitmapset *
run_row_find_running(const RunState *state)
{
	Bitmapset *running = NULL;

	for (int i = 0; i < run_state_task_count(state); i++)
	{
		int slot = run_state_task(state, i)->ordinal;

		if (run_state_step(state, slot) == STEP_RUNNING)
			running = bms_add_member(running, slot);
	}
	return running;
}

bytea *
run_row_print_state(const RunState *state)
{
	Size size = run_state_printed_size(state);
	bytea *bytes = palloc(VARHDRSZ + size);

	SET_VARSIZE(bytes, VARHDRSZ + size);
	run_state_print(state, (uint8_t *) VARDATA(bytes));
	return bytes;
}

static const RunPlan *
find_plan(const Datum *values, const bool *nulls)
{
	MemoryContext caller = CurrentMemoryContext;
	const RunPlan *plan = NULL;

	if (!nulls[COLUMN_WORKFLOW_ID] && !nulls[COLUMN_WORKFLOW_VERSION])
		plan = plan_cache_get(DatumGetUUIDP(values[COLUMN_WORKFLOW_ID]),
		                      DatumGetInt32(values[COLUMN_WORKFLOW_VERSION]));
	else if (!nulls[COLUMN_MCP_VERSION_ID])
		plan = plan_cache_get_mcp(DatumGetUUIDP(values[COLUMN_MCP_VERSION_ID]));
	MemoryContextSwitchTo(caller);
	return plan;
}

static RunState *
parse_state(const RunPlan *plan, const char *status, bytea *bytes)
{
	const uint8_t *state = (const uint8_t *) VARDATA_ANY(bytes);
	size_t length = VARSIZE_ANY_EXHDR(bytes);
	size_t size = run_state_parsed_size(state, length);
	RunStatus run_status;
	RunState *run;

	if (size == 0 || !run_status_find(status, &run_status))
		return NULL;
	run = run_state_parse(palloc(size), run_status, state, length);
	if (run == NULL || run_state_step_count(run) != plan->shape.step_count)
		return NULL;
	return run;
}

static const pg_uuid_t *
find_pins(const RunPlan *plan, ArrayType *array)
{
	if (ARR_NDIM(array) != 1 || ARR_HASNULL(array) ||
	    ARR_DIMS(array)[0] != plan->shape.step_count)
		return NULL;
	return (const pg_uuid_t *) (const void *) ((const char *) array +
	                                           ARR_OVERHEAD_NONULLS(1));
}

static void
give_up(LiveRun *run, const char *reason)
{
	static const int no_edges[1] = {0};
	static const RunPlan no_plan = {.last_step = PLAN_NO_STEP,
	                                .shape = {.before_starts = no_edges,
	                                          .befores = no_edges,
	                                          .after_starts = no_edges,
	                                          .afters = no_edges}};

	run->plan = &no_plan;
	run->pinned_versions = NULL;
	run->state = run_state_init(palloc(run_state_size(0)), 0);
	run_state_end(run->state, RUN_FAILED);
	run->error_message = psprintf("the run cannot go on: %s", reason);
	run->is_changed = true;
}
