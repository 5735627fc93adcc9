/*
 * step_inputs.c
 *		The inputs of one step of one run, gathered from where its plan says.
 */
#include "postgres.h"

#include "json_text.h"
#include "json_value.h"
#include "lib/stringinfo.h"
#include "output_path.h"
#include "step_inputs.h"

/* So many keys are named where one is missing; more help nobody. */
#define KEYS_NAMED_MAX 20

static bool
resolve_input(const RunPlan *plan, const PlanInput *input, Jsonb *run_inputs,
              Jsonb *output, JsonbValue *value, char **error);
static char *explain_missing_input(const PlanInput *input, Jsonb *run_inputs);
static char *explain_missing_output(const RunPlan *plan, const PlanInput *input,
                                    Jsonb *output);
static char *quote(const JsonbValue *string);
static char *name_keys(JsonbContainer *object);

Jsonb *
step_inputs_resolve(const RunPlan *plan, int step, Jsonb *run_inputs,
                    StepOutputFind find_output, void *context, char **error)
{
	const PlanStep *taker = &plan->steps[step];
	JsonbParseState *state = NULL;

	if (taker->takes_run_inputs)
		return run_inputs;
	pushJsonbValue(&state, WJB_BEGIN_OBJECT, NULL);
	for (int i = 0; i < taker->input_count; i++)
	{
		const PlanInput *input = &taker->inputs[i];
		Jsonb *output = NULL;
		JsonbValue name = input->name;
		JsonbValue value;

		if (input->source == PLAN_STEP_OUTPUT)
			output = find_output(context, input->step);
		if (!resolve_input(plan, input, run_inputs, output, &value, error))
			return NULL;
		pushJsonbValue(&state, WJB_KEY, &name);
		pushJsonbValue(&state, WJB_VALUE, &value);
	}
	return JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_OBJECT, NULL));
}

static bool
resolve_input(const RunPlan *plan, const PlanInput *input, Jsonb *run_inputs,
              Jsonb *output, JsonbValue *value, char **error)
{
	const char *key = input->key.val.string.val;
	int length = input->key.val.string.len;

	switch (input->source)
	{
		case PLAN_STATIC_VALUE:
			*value = input->value;
			return true;
		case PLAN_WORKFLOW_INPUT:
			if (getKeyJsonValueFromContainer(
					&run_inputs->root, key, length, value) != NULL)
				return true;
			*error = explain_missing_input(input, run_inputs);
			return false;
		case PLAN_STEP_OUTPUT:
			if (output != NULL && output_path_find(output, key, length, value))
				return true;
			*error = explain_missing_output(plan, input, output);
			return false;
	}
	return false;
}

static char *
explain_missing_input(const PlanInput *input, Jsonb *run_inputs)
{
	if (JB_ROOT_COUNT(run_inputs) == 0)
		return psprintf("input %s needs the workflow input %s, but the run "
		                "has no inputs",
		                quote(&input->name),
		                quote(&input->key));
	return psprintf("input %s needs the workflow input %s, but the run has "
	                "only %s",
	                quote(&input->name),
	                quote(&input->key),
	                name_keys(&run_inputs->root));
}

static char *
explain_missing_output(const RunPlan *plan, const PlanInput *input,
                       Jsonb *output)
{
	char *head = psprintf("input %s needs the output %s of step \"%s\", but ",
	                      quote(&input->name),
	                      quote(&input->key),
	                      plan->steps[input->step].name);
	JsonbValue scalar;

	if (output == NULL)
		return psprintf("%sits result is null", head);
	if (JB_ROOT_IS_SCALAR(output))
	{
		JsonbExtractScalar(&output->root, &scalar);
		return psprintf("%sits result is %s, not an object",
		                head,
		                json_value_type(&scalar));
	}
	if (JB_ROOT_IS_ARRAY(output))
		return psprintf(
			"%sits result is an array of %u", head, JB_ROOT_COUNT(output));
	if (JB_ROOT_COUNT(output) == 0)
		return psprintf("%sits result is an empty object", head);
	return psprintf("%sits result has only %s", head, name_keys(&output->root));
}

static char *
quote(const JsonbValue *string)
{
	return json_text_quote(string->val.string.val, string->val.string.len);
}

static char *
name_keys(JsonbContainer *object)
{
	JsonbIterator *iterator = JsonbIteratorInit(object);
	JsonbIteratorToken token;
	JsonbValue value;
	StringInfoData names;
	int count = 0;

	initStringInfo(&names);
	while ((token = JsonbIteratorNext(&iterator, &value, true)) != WJB_DONE)
	{
		if (token != WJB_KEY || ++count > KEYS_NAMED_MAX)
			continue;
		appendStringInfo(&names, "%s%s", count == 1 ? "" : ", ", quote(&value));
	}
	if (count > KEYS_NAMED_MAX)
		appendStringInfo(&names, " and %d more", count - KEYS_NAMED_MAX);
	return names.data;
}
