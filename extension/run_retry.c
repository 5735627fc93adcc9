/*
 * run_retry.c
 *		A new run that goes on where another one ended.
 *
 * What is READY when the steps that keep their results are settled is what the
 * new run begins with.  It is written as PAUSED and resumed, as the turn that
 * resumes knows what each step needs to begin.  One that has to wait for its time
 * or for a place of its concurrency key does not begin here: the turn that begins
 * it finds the results that it keeps.
 */
#include "postgres.h"

#include "access.h"
#include "audit.h"
#include "column.h"
#include "json_text.h"
#include "kept_steps.h"
#include "mcp_error.h"
#include "plan_cache.h"
#include "run_control.h"
#include "run_event.h"
#include "run_options.h"
#include "run_origin.h"
#include "run_retry.h"
#include "turn.h"
#include "utils/builtins.h"
#include "uuid_v7.h"

static StepState *choose_kept(const RunOrigin *origin, const RunPlan *plan,
                              const char *from_step);
static bool is_kept(const PlanStep *step, StepState ended_as);
static int find_step(const RunPlan *plan, const char *step_id);
static void drop_after(const RunShape *shape, int step, StepState *kept);
static RunState *make_state(const RunPlan *plan, const StepState *kept);
static void
read_start(const RunRetry *retry, const RunOrigin *origin, RunStart *start);
static void note(const RunRetry *retry, const pg_uuid_t *new_id);
static char *print_id(const pg_uuid_t *run_id);

pg_uuid_t
run_retry(const RunRetry *retry)
{
	RunOrigin origin;
	RunStart start = {.now = GetCurrentTimestamp()};
	NewRun run = {0};
	const RunPlan *plan;
	StepState *kept;
	char *problem;
	bool begins_now;

	run_origin_read(&origin, retry->run_id);
	plan = run_origin_plan(&origin);
	kept = choose_kept(&origin, plan, retry->from_step);
	read_start(retry, &origin, &start);
	run.workflow_id = origin.workflow_id;
	run.workflow_version = origin.workflow_version;
	run.mcp_version_id = origin.mcp_version_id;
	run.pinned_versions = origin.pinned_versions;
	begins_now = plan->concurrency_limit == 0 && start.begin_at <= start.now;
	if (begins_now)
		run.state = make_state(plan, kept);
	problem = run_start_prepared(&run, plan, &start);
	if (start.problems != NULL)
		problem_raise_first(start.problems);
	if (problem != NULL)
		ereport(
			ERROR,
			(errcode(ERRCODE_MCP_REFERENCE), errmsg_internal("%s", problem)));
	run_origin_copy_attempts(
		&origin, &run.run_id, kept, plan->shape.step_count);
	if (begins_now)
		(void) turn_resume(&run.run_id, start.now);
	note(retry, &run.run_id);
	return run.run_id;
}

/* By step: how it ended where that is kept, STEP_WAITING where it is done anew. */
static StepState *
choose_kept(const RunOrigin *origin, const RunPlan *plan, const char *from_step)
{
	int step_count = plan->shape.step_count;
	StepState *kept = palloc_array(StepState, (Size) step_count + 1);
	int redone = 0;

	run_origin_read_ends(origin, kept, step_count);
	if (from_step != NULL)
		kept[find_step(plan, from_step)] = STEP_WAITING;
	for (int i = 0; i < step_count; i++)
		if (!is_kept(&plan->steps[i], kept[i]))
			kept[i] = STEP_WAITING;
	for (int i = 0; i < step_count; i++)
		if (kept[i] == STEP_WAITING)
			drop_after(&plan->shape, i, kept);
	for (int i = 0; i < step_count; i++)
		redone += kept[i] == STEP_WAITING;
	if (redone == 0)
		ereport(
			ERROR,
			(errcode(ERRCODE_MCP_TRANSITION),
		     errmsg("run %s has nothing left to do", print_id(origin->run_id)),
		     errhint("Name the step to begin with as from_step.")));
	return kept;
}

/* What failed is kept only where its run went on all the same. */
static bool
is_kept(const PlanStep *step, StepState ended_as)
{
	return ended_as == STEP_SUCCESS || ended_as == STEP_SKIPPED ||
	       (ended_as == STEP_FAILED &&
	        (step->is_continued || step->fallback_step != PLAN_NO_STEP));
}

static int
find_step(const RunPlan *plan, const char *step_id)
{
	for (int i = 0; i < plan->shape.step_count; i++)
		if (strcmp(plan->steps[i].step_id, step_id) == 0)
			return i;
	ereport(ERROR,
	        (errcode(ERRCODE_MCP_NOT_FOUND),
	         errmsg("the run has no step %s",
	                json_text_quote(step_id, (int) strlen(step_id)))));
}

/* All that comes after a step that is done anew; it need not be looked at twice. */
static void
drop_after(const RunShape *shape, int step, StepState *kept)
{
	int *stack = palloc_array(int, (Size) shape->step_count + 1);
	int depth = 0;

	stack[depth++] = step;
	while (depth > 0)
	{
		int at = stack[--depth];

		for (int i = shape->after_starts[at]; i < shape->after_starts[at + 1];
		     i++)
		{
			int after = shape->afters[i];

			if (kept[after] == STEP_WAITING)
				continue;
			kept[after] = STEP_WAITING;
			stack[depth++] = after;
		}
	}
	pfree(stack);
}

static RunState *
make_state(const RunPlan *plan, const StepState *kept)
{
	int step_count = plan->shape.step_count;
	RunState *state =
		run_state_init(palloc(run_state_size(step_count)), step_count);

	(void) kept_steps_begin(state, &plan->shape, kept);
	run_state_pause(state);
	return state;
}

static void
read_start(const RunRetry *retry, const RunOrigin *origin, RunStart *start)
{
	ProblemList *problems = problem_list_create();
	JsonObject options;

	start->origin_run_id = origin->run_id;
	start->queue = origin->queue;
	start->priority = origin->priority;
	start->timeout = origin->timeout;
	start->tags = origin->tags;
	start->owner = access_actor_name();
	start->inputs = run_origin_merge_inputs(origin, retry->inputs);
	if (json_object_open(&options, retry->options, "options", problems))
		run_options_read_start(&options, start, NULL);
	problem_raise_first(problems);
}

static void
note(const RunRetry *retry, const pg_uuid_t *new_id)
{
	AuditEntry entry = {
		.action = "retry", .kind = "run", .object_id = print_id(retry->run_id)};
	RunEvent event = {
		.run_id = retry->run_id, .step = RUN_EVENT_NO_STEP, .kind = "retried"};

	event.detail = run_event_detail("retry_run_id", print_id(new_id));
	run_event_write(&event);
	audit_write(&entry, NULL, event.detail);
}

static char *
print_id(const pg_uuid_t *run_id)
{
	return DatumGetCString(
		DirectFunctionCall1(uuid_out, UUIDPGetDatum(run_id)));
}
