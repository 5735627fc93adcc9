/*
 * step_inputs.c
 *		The inputs of one step of one run, gathered from where its plan says.
 */
#include "postgres.h"

#include "expression.h"
#include "json_text.h"
#include "json_value.h"
#include "lib/stringinfo.h"
#include "output_path.h"
#include "step_inputs.h"
#include "utils/numeric.h"

/* So many keys are named where one is missing; more help nobody. */
#define KEYS_NAMED_MAX 20

static bool find_run_input(const StepScope *scope, const PlanInput *input,
                           JsonbValue *value, char **error);
static bool find_output(const StepScope *scope, const PlanInput *input,
                        JsonbValue *value, char **error);
static char *explain_missing_input(const PlanInput *input, Jsonb *run_inputs);
static char *explain_missing_output(const RunPlan *plan, const PlanInput *input,
                                    Jsonb *output);
static char *quote(const JsonbValue *string);
static char *name_keys(JsonbContainer *object);

Jsonb *
step_inputs_resolve(const StepScope *scope, int step, char **error)
{
	const PlanStep *taker = &scope->plan->steps[step];

	if (taker->takes_run_inputs)
		return scope->run_inputs;
	return step_inputs_gather(scope, taker->inputs, taker->input_count, error);
}

Jsonb *
step_inputs_gather(const StepScope *scope, const PlanInput *inputs, int count,
                   char **error)
{
	JsonbParseState *state = NULL;

	pushJsonbValue(&state, WJB_BEGIN_OBJECT, NULL);
	for (int i = 0; i < count; i++)
	{
		JsonbValue name = inputs[i].name;
		JsonbValue value;

		if (!step_inputs_find(scope, &inputs[i], &value, error))
		{
			if (error != NULL)
				return NULL;
			value.type = jbvNull;
		}
		pushJsonbValue(&state, WJB_KEY, &name);
		pushJsonbValue(&state, WJB_VALUE, &value);
	}
	return JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_OBJECT, NULL));
}

bool
step_inputs_find(const StepScope *scope, const PlanInput *input,
                 JsonbValue *value, char **error)
{
	switch (input->source)
	{
		case PLAN_STATIC_VALUE:
			*value = input->value;
			return true;
		case PLAN_WORKFLOW_INPUT:
			return find_run_input(scope, input, value, error);
		case PLAN_STEP_OUTPUT:
			return find_output(scope, input, value, error);
		case PLAN_EXPRESSION:
			if (expression_find(scope, input->expression, value))
				return true;
			if (error != NULL)
				*error = psprintf("input %s: the expression %s finds nothing",
				                  quote(&input->name),
				                  input->expression->text);
			return false;
		case PLAN_ITEM:
			*value = scope->item;
			return true;
		case PLAN_ITEM_INDEX:
			value->type = jbvNumeric;
			value->val.numeric = int64_to_numeric(scope->item_index);
			return true;
	}
	return false;
}

static bool
find_run_input(const StepScope *scope, const PlanInput *input,
               JsonbValue *value, char **error)
{
	const JsonbValue *key = &input->key;

	if (getKeyJsonValueFromContainer(&scope->run_inputs->root,
	                                 key->val.string.val,
	                                 key->val.string.len,
	                                 value) != NULL)
		return true;
	if (input->has_default)
		*value = input->value;
	else if (error != NULL)
		*error = explain_missing_input(input, scope->run_inputs);
	return input->has_default;
}

static bool
find_output(const StepScope *scope, const PlanInput *input, JsonbValue *value,
            char **error)
{
	const JsonbValue *key = &input->key;
	Jsonb *output = scope->find_output(scope->context, input->step);

	if (output != NULL &&
	    output_path_find(
			output, key->val.string.val, key->val.string.len, value))
		return true;
	if (error != NULL)
		*error = explain_missing_output(scope->plan, input, output);
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
