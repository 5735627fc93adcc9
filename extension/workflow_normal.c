/*
 * workflow_normal.c
 *		The normal form of a workflow document: what is stored, and what runs.
 */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/fmgrprotos.h"

#include "name_map.h"
#include "workflow_normal.h"

static void put_error_handling(JsonbParseState **out,
                               const WorkflowErrorHandling *handling);
static void put_step(JsonbParseState **out, const WorkflowStep *step);
static void put_depends_on(JsonbParseState **out, const WorkflowStep *step);
static void put_input(JsonbParseState **out, const WorkflowInput *input);
static void put_key(JsonbParseState **out, const char *key);
static void put_text(JsonbParseState **out, const char *key, const char *text);
static void put_number(JsonbParseState **out, const char *key, Datum numeric);
static void put_null(JsonbParseState **out, const char *key);

Jsonb *
workflow_normal_print(const Workflow *workflow)
{
	JsonbParseState *out = NULL;

	pushJsonbValue(&out, WJB_BEGIN_OBJECT, NULL);
	put_text(&out, "name", workflow->name);
	put_text(&out, "description", workflow->description);
	put_text(&out, "execution_mode", workflow_modes[workflow->mode]);
	put_key(&out, "error_handling");
	put_error_handling(&out, &workflow->error_handling);
	put_key(&out, "steps");
	pushJsonbValue(&out, WJB_BEGIN_ARRAY, NULL);
	for (int i = 0; i < workflow->step_count; i++)
		put_step(&out, &workflow->steps[i]);
	pushJsonbValue(&out, WJB_END_ARRAY, NULL);
	return JsonbValueToJsonb(pushJsonbValue(&out, WJB_END_OBJECT, NULL));
}

static void
put_error_handling(JsonbParseState **out, const WorkflowErrorHandling *handling)
{
	bool is_retried = handling->strategy == WORKFLOW_RETRY_WITH_BACKOFF;

	pushJsonbValue(out, WJB_BEGIN_OBJECT, NULL);
	put_text(out, "strategy", workflow_strategies[handling->strategy]);
	if (is_retried)
	{
		put_number(out,
		           "max_retries",
		           DirectFunctionCall1(int4_numeric,
		                               Int32GetDatum(handling->max_retries)));
		put_number(
			out,
			"backoff_factor",
			DirectFunctionCall1(float8_numeric,
		                        Float8GetDatum(handling->backoff_factor)));
	}
	else
	{
		put_null(out, "max_retries");
		put_null(out, "backoff_factor");
	}
	put_text(out, "fallback_workflow_id", handling->fallback_id);
	pushJsonbValue(out, WJB_END_OBJECT, NULL);
}

static void
put_step(JsonbParseState **out, const WorkflowStep *step)
{
	pushJsonbValue(out, WJB_BEGIN_OBJECT, NULL);
	put_text(out, "step_id", step->step_id);
	put_text(out, "name", step->name);
	put_text(out, "mcp_id", step->mcp_id);
	put_text(out, "mcp_version_id", step->version);
	put_key(out, "depends_on");
	put_depends_on(out, step);
	put_key(out, "inputs");
	pushJsonbValue(out, WJB_BEGIN_OBJECT, NULL);
	for (int i = 0; i < step->input_count; i++)
		put_input(out, &step->inputs[i]);
	pushJsonbValue(out, WJB_END_OBJECT, NULL);
	pushJsonbValue(out, WJB_END_OBJECT, NULL);
}

/* Each step once, in the order given. */
static void
put_depends_on(JsonbParseState **out, const WorkflowStep *step)
{
	NameMap *seen = step->depends_count > 1 ? name_map_create() : NULL;

	pushJsonbValue(out, WJB_BEGIN_ARRAY, NULL);
	for (int i = 0; i < step->depends_count; i++)
	{
		char *target = step->depends_on[i];
		JsonbValue value;

		if (seen != NULL && name_map_add(seen, target, i) >= 0)
			continue;
		value.type = jbvString;
		value.val.string.val = target;
		value.val.string.len = (int) strlen(target);
		pushJsonbValue(out, WJB_ELEM, &value);
	}
	pushJsonbValue(out, WJB_END_ARRAY, NULL);
}

static void
put_input(JsonbParseState **out, const WorkflowInput *input)
{
	JsonbValue value = input->value;

	put_key(out, input->name);
	pushJsonbValue(out, WJB_BEGIN_OBJECT, NULL);
	put_text(out, "source_type", workflow_sources[input->source]);
	switch (input->source)
	{
		case WORKFLOW_INPUT:
			put_text(out, "workflow_input_key", input->key);
			break;
		case WORKFLOW_STATIC_VALUE:
			put_key(out, "value");
			pushJsonbValue(out, WJB_VALUE, &value);
			break;
		case WORKFLOW_STEP_OUTPUT:
			put_text(out, "source_step_id", input->step_id);
			put_text(out, "source_output_name", input->output_name);
			break;
	}
	pushJsonbValue(out, WJB_END_OBJECT, NULL);
}

/* jsonb's builder keeps the pointer and has no const for it: hence the copy. */
static void
put_key(JsonbParseState **out, const char *key)
{
	JsonbValue value;

	value.type = jbvString;
	value.val.string.val = pstrdup(key);
	value.val.string.len = (int) strlen(key);
	pushJsonbValue(out, WJB_KEY, &value);
}

/* NULL is null. */
static void
put_text(JsonbParseState **out, const char *key, const char *text)
{
	JsonbValue value;

	if (text == NULL)
	{
		put_null(out, key);
		return;
	}
	put_key(out, key);
	value.type = jbvString;
	value.val.string.val = pstrdup(text);
	value.val.string.len = (int) strlen(text);
	pushJsonbValue(out, WJB_VALUE, &value);
}

static void
put_number(JsonbParseState **out, const char *key, Datum numeric)
{
	JsonbValue value;

	put_key(out, key);
	value.type = jbvNumeric;
	value.val.numeric = DatumGetNumeric(numeric);
	pushJsonbValue(out, WJB_VALUE, &value);
}

static void
put_null(JsonbParseState **out, const char *key)
{
	JsonbValue value;

	put_key(out, key);
	value.type = jbvNull;
	pushJsonbValue(out, WJB_VALUE, &value);
}
