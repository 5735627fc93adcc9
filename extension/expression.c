/*
 * expression.c
 *		A SQL/JSON path over {inputs, steps} of a run.
 */
#include "postgres.h"

#include "expression.h"
#include "fmgr.h"
#include "json_document.h"
#include "utils/fmgrprotos.h"

static Jsonb *
make_document(const StepScope *scope, const PlanExpression *expression);

bool
expression_find(const StepScope *scope, const PlanExpression *expression,
                JsonbValue *value)
{
	LOCAL_FCINFO(call, 4);
	Datum found;
	Jsonb *result;

	InitFunctionCallInfoData(*call, NULL, 4, InvalidOid, NULL, NULL);
	call->args[0].value = JsonbPGetDatum(make_document(scope, expression));
	call->args[0].isnull = false;
	call->args[1].value = expression->path;
	call->args[1].isnull = false;
	call->args[2].value = JsonbPGetDatum(json_document_empty());
	call->args[2].isnull = false;
	call->args[3].value = BoolGetDatum(true);
	call->args[3].isnull = false;
	found = jsonb_path_query_first_tz(call);
	if (call->isnull)
		return false;
	result = DatumGetJsonbP(found);
	json_document_value(result, value);
	return true;
}

bool
expression_is_true(const StepScope *scope, const PlanExpression *expression)
{
	JsonbValue value;

	return expression_find(scope, expression, &value) &&
	       value.type == jbvBool && value.val.boolean;
}

/* Only the results that the path names: others may be large. */
static Jsonb *
make_document(const StepScope *scope, const PlanExpression *expression)
{
	JsonbParseState *state = NULL;

	pushJsonbValue(&state, WJB_BEGIN_OBJECT, NULL);
	json_document_push_key(&state, "inputs");
	json_document_push(&state, scope->run_inputs);
	json_document_push_key(&state, "steps");
	pushJsonbValue(&state, WJB_BEGIN_OBJECT, NULL);
	for (int i = 0; i < expression->step_count; i++)
	{
		int step = expression->steps[i];

		json_document_push_key(&state, scope->plan->steps[step].step_id);
		json_document_push(&state, scope->find_output(scope->context, step));
	}
	pushJsonbValue(&state, WJB_END_OBJECT, NULL);
	return JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_OBJECT, NULL));
}
