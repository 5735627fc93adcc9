/*
 * run_start.c
 *		Starting a run: its version chosen, its MCP versions pinned.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "column.h"
#include "json_document.h"
#include "json_schema.h"
#include "plan_cache.h"
#include "queue_store.h"
#include "run_details.h"
#include "run_start.h"
#include "slug.h"
#include "statement.h"
#include "timer.h"
#include "utils/builtins.h"
#include "uuid_v7.h"
#include "wake.h"

static bool find_latest(const pg_uuid_t *mcp_id, pg_uuid_t *version_id);
static char *check_versions(const RunPlan *plan);
static char *pin_versions(const RunPlan *plan, pg_uuid_t **pins);
static char *check_inputs(const RunPlan *plan, RunStart *start);
static void insert(NewRun *run, const RunPlan *plan, RunStart *start);
static void begin(NewRun *run, const RunPlan *plan, const RunStart *start);
static bool begins_later(const RunPlan *plan, const RunStart *start);
static void
add_timers(const NewRun *run, const RunPlan *plan, const RunStart *start);
static pg_uuid_t get_id(uint64 row, int column);

bool
run_start_find_workflow(const char *workflow, WorkflowRef *found)
{
	static Statement by_id = {"SELECT d.workflow_id, d.latest_version"
	                          " FROM mcp.workflow_definitions AS d"
	                          " WHERE d.workflow_id = $1::uuid",
	                          1,
	                          {TEXTOID},
	                          NULL};
	static Statement by_slug = {"SELECT d.workflow_id, d.latest_version"
	                            " FROM mcp.workflow_definitions AS d"
	                            " WHERE d.slug = $1",
	                            1,
	                            {TEXTOID},
	                            NULL};
	Datum values[1] = {CStringGetTextDatum(workflow)};
	bool is_null;

	if (statement_run(slug_is_id(workflow) ? &by_id : &by_slug, values, NULL) ==
	    0)
		return false;
	found->workflow_id = get_id(0, 1);
	found->version = DatumGetInt32(SPI_getbinval(
		SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 2, &is_null));
	return true;
}

char *
run_start_workflow(const WorkflowRef *workflow, RunStart *start,
                   pg_uuid_t *run_id)
{
	NewRun run = {.workflow_id = &workflow->workflow_id,
	              .workflow_version = workflow->version};
	const RunPlan *plan =
		plan_cache_get(&workflow->workflow_id, workflow->version);
	pg_uuid_t *pins = NULL;
	char *problem;

	if (plan == NULL)
		return psprintf("version %d of the workflow is missing",
		                workflow->version);
	problem = check_versions(plan);
	if (problem == NULL && plan->has_latest)
		problem = pin_versions(plan, &pins);
	if (problem != NULL)
		return problem;
	run.pinned_versions = pins;
	problem = run_start_prepared(&run, plan, start);
	*run_id = run.run_id;
	return problem;
}

char *
run_start_mcp(const pg_uuid_t *mcp_id, RunStart *start, pg_uuid_t *run_id)
{
	pg_uuid_t version_id;
	NewRun run = {.mcp_version_id = &version_id};
	const RunPlan *plan = NULL;

	if (find_latest(mcp_id, &version_id))
		plan = plan_cache_get_mcp(&version_id);
	if (plan == NULL)
		return psprintf("MCP %s does not exist",
		                DatumGetCString(DirectFunctionCall1(
							uuid_out, UUIDPGetDatum(mcp_id))));
	insert(&run, plan, start);
	*run_id = run.run_id;
	return NULL;
}

char *
run_start_prepared(NewRun *run, const RunPlan *plan, RunStart *start)
{
	char *problem = check_inputs(plan, start);

	if (problem == NULL)
		insert(run, plan, start);
	return problem;
}

static bool
find_latest(const pg_uuid_t *mcp_id, pg_uuid_t *version_id)
{
	static Statement find = {"SELECT v.id"
	                         " FROM mcp.mcp_definitions AS d"
	                         " JOIN mcp.mcp_versions AS v"
	                         " ON v.mcp_id = d.id"
	                         " AND v.version_str = d.latest_version_str"
	                         " WHERE d.id = $1",
	                         1,
	                         {UUIDOID},
	                         NULL};
	Datum values[1] = {UUIDPGetDatum(mcp_id)};

	if (statement_run(&find, values, NULL) == 0)
		return false;
	*version_id = get_id(0, 1);
	return true;
}

static char *
check_versions(const RunPlan *plan)
{
	for (int i = 0; i < plan->shape.step_count; i++)
	{
		const PlanStep *step = &plan->steps[i];

		if (step->version_str != NULL && !step->has_version)
			return psprintf("version \"%s\" of the MCP of step \"%s\" does "
			                "not exist",
			                step->version_str,
			                step->name);
	}
	return NULL;
}

/* What runs at each step: the version it names, or the latest as of now. */
static char *
pin_versions(const RunPlan *plan, pg_uuid_t **pins)
{
	static Statement find = {
		"SELECT w.step::integer - 1, v.id"
		" FROM unnest($1) WITH ORDINALITY AS w (mcp_id, step)"
		" JOIN mcp.mcp_definitions AS d ON d.id = w.mcp_id"
		" JOIN mcp.mcp_versions AS v"
		" ON v.mcp_id = d.id"
		" AND v.version_str = d.latest_version_str",
		1,
		{UUIDARRAYOID},
		NULL};
	int step_count = plan->shape.step_count;
	bool *is_pinned = palloc0_array(bool, (Size) step_count);
	Column mcp_ids;
	Datum values[1];

	*pins = palloc_array(pg_uuid_t, (Size) step_count);
	column_init(&mcp_ids, UUIDOID, step_count);
	for (int i = 0; i < step_count; i++)
		column_add_pointer(&mcp_ids, &plan->steps[i].mcp_id);
	values[0] = column_array(&mcp_ids);
	statement_run(&find, values, NULL);
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		bool is_null;
		int step = DatumGetInt32(SPI_getbinval(
			SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 1, &is_null));

		(*pins)[step] = get_id(i, 2);
		is_pinned[step] = true;
	}
	for (int i = 0; i < step_count; i++)
	{
		if (plan->steps[i].kind != PLAN_STEP_MCP)
			memset(&(*pins)[i], 0, sizeof(pg_uuid_t));
		else if (plan->steps[i].has_version)
			(*pins)[i] = plan->steps[i].version_id;
		else if (!is_pinned[i])
			return psprintf("the MCP of step \"%s\" does not exist",
			                plan->steps[i].name);
	}
	return NULL;
}

/* All problems go to the start; the first, in words, to who wants one only. */
static char *
check_inputs(const RunPlan *plan, RunStart *start)
{
	static const char key[] = "inputs";
	JsonPath root = json_path_root();
	JsonPath path = json_path_key(
		start->path == NULL ? &root : start->path, key, (int) strlen(key));
	const JsonSchema *schema;
	const Problem *first;
	JsonbValue value;

	if (plan->input_schema == NULL)
		return NULL;
	start->problems = problem_list_create();
	json_document_value(DatumGetJsonbP(start->inputs), &value);
	schema = json_schema_find(plan->input_schema, &path, start->problems);
	if (schema != NULL &&
	    json_schema_check(
			schema, &value, SCHEMA_FORMATS_ASSERT, &path, start->problems))
	{
		start->problems = NULL;
		return NULL;
	}
	first = problem_get(start->problems, 0);
	return psprintf("the inputs do not match the workflow's input_schema at "
	                "%s: %s",
	                first->path,
	                first->message);
}

static void
insert(NewRun *run, const RunPlan *plan, RunStart *start)
{
	if (start->run_id != NULL)
		run->run_id = *start->run_id;
	else
		uuid_v7_generate(&run->run_id);
	if (start->queue == NULL)
		start->queue = plan->queue != NULL ? plan->queue : RUN_QUEUE_DEFAULT;
	if (start->is_priority_open && plan->has_priority)
		start->priority = plan->priority;
	run->parent_run_id = start->parent_run_id;
	run->parent_step_id = start->parent_step_id;
	run->depth = start->depth;
	run->queue = start->queue;
	run->priority = start->priority;
	run->owner = start->owner;
	run->inputs = start->inputs;
	run->plan = plan;
	run->step_count = plan->shape.step_count;
	run->now = start->now;
	if (run->state == NULL)
		begin(run, plan, start);
	if (start->batch != NULL)
		*start->batch = lappend(*start->batch, run_insert_copy(run));
	else
		run_insert(list_make1(run));
	run_details_write(&run->run_id, start);
	start->has_ended = run_status_is_end(run_state_status(run->state));
	add_timers(run, plan, start);
}

static void
begin(NewRun *run, const RunPlan *plan, const RunStart *start)
{
	int step_count = plan->shape.step_count;
	ReadySlots ready = {.slots = palloc_array(int, (Size) step_count + 1)};

	run->state = run_state_init(palloc(run_state_size(step_count)), step_count);
	if (!begins_later(plan, start))
		run_state_begin(run->state, &plan->shape, &ready);
	run->ready = ready.slots;
	run->ready_count = ready.count;
}

/*
 * Where a first step is more than a task, a turn begins the run: it can decide
 * what a start cannot.
 */
static bool
begins_later(const RunPlan *plan, const RunStart *start)
{
	return plan->is_special || plan->concurrency_limit > 0 ||
	       start->begin_at > start->now;
}

/* What was begun elsewhere needs no timer to begin. */
static void
add_timers(const NewRun *run, const RunPlan *plan, const RunStart *start)
{
	TimestampTz begin_at = Max(start->begin_at, start->now);
	double timeout = start->timeout > 0 ? start->timeout : plan->timeout;
	LiveRun *live = palloc0_object(LiveRun);
	List *timers = NIL;

	live->run_id = run->run_id;
	if (start->has_ended)
		return;
	if (begins_later(plan, start) &&
	    run_state_count(run->state, STEP_WAITING) == run->step_count)
	{
		queue_store_add_timer(&timers, live, TIMER_BEGIN, begin_at);
		wake_note_work(run->queue);
	}
	if (timeout > 0)
		queue_store_add_timer(
			&timers, live, TIMER_RUN_TIMEOUT, timer_after(begin_at, timeout));
	queue_store_add_sleeping(timers);
}

static pg_uuid_t
get_id(uint64 row, int column)
{
	bool is_null;

	return *DatumGetUUIDP(SPI_getbinval(
		SPI_tuptable->vals[row], SPI_tuptable->tupdesc, column, &is_null));
}
