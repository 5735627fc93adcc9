/*
 * plan_step.c
 *		One step of a workflow version, compiled, but for what it waits for.
 */
#include "postgres.h"

#include "plan_json.h"
#include "plan_source.h"
#include "plan_step.h"
#include "utils/builtins.h"

static void
compile_kind(PlanStep *step, JsonbContainer *container, const NameMap *names);
static void
compile_wait(PlanWait *wait, JsonbContainer *container, const NameMap *names);
static void
compile_until(PlanWait *wait, JsonbContainer *container, const NameMap *names);
static void compile_approval(PlanWait *wait, JsonbContainer *container);
static void compile_retry(PlanRetry *retry, JsonbContainer *container);
static void compile_on_error(PlanStep *steps, int ordinal,
                             JsonbContainer *container, const NameMap *names);
static void compile_for_each(PlanStep *step, JsonbContainer *container,
                             const NameMap *names);
static void compile_depends(PlanStep *step, JsonbContainer *container,
                            const NameMap *names);
static pg_uuid_t parse_id(const char *text);

void
plan_step_compile_names(PlanStep *step, JsonbContainer *container)
{
	step->step_id = plan_json_text(container, "step_id");
	step->name = plan_json_text(container, "name");
	step->fallback_step = PLAN_NO_STEP;
	step->stands_for = PLAN_NO_STEP;
}

void
plan_step_compile(PlanStep *steps, int ordinal, JsonbContainer *container,
                  const NameMap *names, const PlanRetry *retry)
{
	PlanStep *step = &steps[ordinal];
	JsonbContainer *cache = plan_json_find_object(container, "cache");
	JsonbValue when;

	compile_kind(step, container, names);
	step->inputs = plan_source_compile_all(
		plan_json_object(container, "inputs"), names, &step->input_count);
	if (plan_json_find(container, "when", &when))
		step->when = plan_source_compile_expression(&when, names);
	step->retry = *retry;
	if (step->kind == PLAN_STEP_WAIT)
		/* A refusal, or a signal that did not come, is an answer. */
		step->retry.max_attempts = 1;
	compile_retry(&step->retry, plan_json_find_object(container, "retry"));
	step->timeout = plan_json_double(container, "timeout_seconds", 0);
	compile_on_error(steps, ordinal, container, names);
	compile_for_each(step, container, names);
	if (cache != NULL)
		step->cache_ttl = plan_json_double(cache, "ttl", 0);
	compile_depends(step, container, names);
}

static void
compile_kind(PlanStep *step, JsonbContainer *container, const NameMap *names)
{
	JsonbContainer *wait = plan_json_find_object(container, "wait");
	char *workflow_id = plan_json_find_text(container, "workflow_id");

	if (wait != NULL)
	{
		step->kind = PLAN_STEP_WAIT;
		compile_wait(&step->wait, wait, names);
	}
	else if (workflow_id != NULL)
	{
		step->kind = PLAN_STEP_WORKFLOW;
		step->workflow_id = parse_id(workflow_id);
	}
	else
	{
		step->mcp_id = parse_id(plan_json_text(container, "mcp_id"));
		step->version_str = plan_json_find_text(container, "mcp_version_id");
	}
}

static void
compile_wait(PlanWait *wait, JsonbContainer *container, const NameMap *names)
{
	JsonbValue value;

	wait->timeout = plan_json_double(container, "timeout_seconds", 0);
	if (plan_json_find(container, "signal", &value))
	{
		wait->kind = PLAN_WAIT_SIGNAL;
		wait->signal = plan_json_text(container, "signal");
	}
	else if (plan_json_find(container, "approval", &value))
		compile_approval(wait, container);
	else if (plan_json_find(container, "until", &value))
		compile_until(wait, container, names);
	else
		wait->seconds = plan_json_double(container, "seconds", 0);
}

/* A time as it stands, or where it comes from. */
static void
compile_until(PlanWait *wait, JsonbContainer *container, const NameMap *names)
{
	JsonbValue value;

	wait->until = palloc0_object(PlanInput);
	wait->until->name.type = jbvString;
	wait->until->name.val.string.val = pstrdup("until");
	wait->until->name.val.string.len = (int) strlen("until");
	if (plan_json_find(container, "until", &value) && value.type == jbvString)
	{
		wait->until->source = PLAN_STATIC_VALUE;
		wait->until->value = value;
	}
	else
		plan_source_compile(
			wait->until, plan_json_object(container, "until"), names);
}

static void
compile_approval(PlanWait *wait, JsonbContainer *container)
{
	JsonbValue approval;

	wait->kind = PLAN_WAIT_APPROVAL;
	if (!plan_json_find(container, "approval", &approval) ||
	    approval.type != jbvBinary)
		plan_json_raise("approval");
	wait->approval = JsonbValueToJsonb(&approval);
	wait->timeout = plan_json_double(
		approval.val.binary.data, "timeout_seconds", wait->timeout);
}

static void
compile_retry(PlanRetry *retry, JsonbContainer *container)
{
	JsonbContainer *on;
	JsonbContainer *not_on;

	if (container == NULL)
		return;
	on = plan_json_find_array(container, "on");
	not_on = plan_json_find_array(container, "not_on");
	retry->max_attempts = plan_json_int(container, "max_attempts", 1);
	retry->delay = plan_json_double(container, "delay", 1);
	retry->backoff_factor = plan_json_double(container, "backoff_factor", 2);
	retry->max_delay = plan_json_double(container, "max_delay", 30);
	retry->jitter = plan_json_double(container, "jitter", 0.2);
	if (on != NULL)
		retry->on = plan_json_texts(on, &retry->on_count);
	if (not_on != NULL)
		retry->not_on = plan_json_texts(not_on, &retry->not_on_count);
}

static void
compile_on_error(PlanStep *steps, int ordinal, JsonbContainer *container,
                 const NameMap *names)
{
	PlanStep *step = &steps[ordinal];
	JsonbValue on_error;
	char *fallback;

	if (!plan_json_find(container, "on_error", &on_error))
		return;
	if (on_error.type == jbvString)
	{
		step->is_continued = plan_json_is(&on_error, "continue");
		return;
	}
	fallback = plan_json_text(plan_json_object(container, "on_error"),
	                          "fallback_step");
	step->fallback_step = plan_source_find_step(names, fallback);
	steps[step->fallback_step].stands_for = ordinal;
}

static void
compile_for_each(PlanStep *step, JsonbContainer *container,
                 const NameMap *names)
{
	JsonbContainer *for_each = plan_json_find_object(container, "for_each");
	char *mode;

	if (for_each == NULL)
		return;
	step->items = palloc0_object(PlanInput);
	step->items->name.type = jbvString;
	step->items->name.val.string.val = pstrdup("items");
	step->items->name.val.string.len = (int) strlen("items");
	plan_source_compile(
		step->items, plan_json_object(for_each, "items"), names);
	step->items_at_once = plan_json_int(for_each, "max_concurrency", 0);
	mode = plan_json_find_text(for_each, "mode");
	step->is_collecting = mode != NULL && strcmp(mode, "collect") == 0;
}

static void
compile_depends(PlanStep *step, JsonbContainer *container, const NameMap *names)
{
	JsonbContainer *depends_on = plan_json_array(container, "depends_on");
	char **step_ids = plan_json_texts(depends_on, &step->depends_count);

	step->depends = palloc_array(int, (Size) Max(step->depends_count, 1));
	for (int i = 0; i < step->depends_count; i++)
		step->depends[i] = plan_source_find_step(names, step_ids[i]);
}

static pg_uuid_t
parse_id(const char *text)
{
	return *DatumGetUUIDP(DirectFunctionCall1(uuid_in, CStringGetDatum(text)));
}
