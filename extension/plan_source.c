/*
 * plan_source.c
 *		Where a value comes from, compiled.
 */
#include "postgres.h"

#include "path_references.h"
#include "plan_json.h"
#include "plan_source.h"
#include "utils/fmgrprotos.h"

static void compile_step_output(PlanInput *input, JsonbContainer *source,
                                const NameMap *names);

void
plan_source_compile(PlanInput *input, JsonbContainer *source,
                    const NameMap *names)
{
	JsonbValue type;
	JsonbValue text;

	plan_json_string(source, "source_type", &type);
	if (plan_json_is(&type, "workflow_input"))
	{
		input->source = PLAN_WORKFLOW_INPUT;
		plan_json_string(source, "workflow_input_key", &input->key);
		input->has_default =
			getKeyJsonValueFromContainer(
				source, "default", (int) strlen("default"), &input->value) !=
			NULL;
	}
	else if (plan_json_is(&type, "static_value"))
	{
		input->source = PLAN_STATIC_VALUE;
		if (!plan_json_find(source, "value", &input->value))
			plan_json_raise("value");
	}
	else if (plan_json_is(&type, "step_output"))
		compile_step_output(input, source, names);
	else if (plan_json_is(&type, "expression"))
	{
		input->source = PLAN_EXPRESSION;
		plan_json_string(source, "expression", &text);
		input->expression = plan_source_compile_expression(&text, names);
	}
	else if (plan_json_is(&type, "item"))
		input->source = PLAN_ITEM;
	else if (plan_json_is(&type, "item_index"))
		input->source = PLAN_ITEM_INDEX;
	else
		plan_json_raise("source_type");
}

PlanInput *
plan_source_compile_all(JsonbContainer *sources, const NameMap *names,
                        int *count)
{
	JsonbIterator *iterator = JsonbIteratorInit(sources);
	int size = (int) JsonContainerSize(sources);
	PlanInput *inputs = palloc0_array(PlanInput, (Size) Max(size, 1));
	JsonbIteratorToken token;
	JsonbValue value;

	*count = 0;
	while ((token = JsonbIteratorNext(&iterator, &value, true)) != WJB_DONE)
	{
		if (token == WJB_KEY)
			inputs[*count].name = value;
		else if (token == WJB_VALUE)
		{
			if (value.type != jbvBinary ||
			    !JsonContainerIsObject(value.val.binary.data))
				plan_json_raise("inputs");
			plan_source_compile(
				&inputs[(*count)++], value.val.binary.data, names);
		}
	}
	return inputs;
}

PlanExpression *
plan_source_compile_expression(const JsonbValue *text, const NameMap *names)
{
	PlanExpression *expression = palloc0_object(PlanExpression);
	PathReferences *references;
	ListCell *cell;

	expression->text = plan_json_copy(text);
	expression->path =
		DirectFunctionCall1(jsonpath_in, CStringGetDatum(expression->text));
	references = path_references_find(expression->path);
	expression->uses_all = references->uses_all;
	expression->steps =
		palloc_array(int, (Size) list_length(references->step_ids) + 1);
	foreach (cell, references->step_ids)
		expression->steps[expression->step_count++] =
			plan_source_find_step(names, lfirst(cell));
	return expression;
}

int
plan_source_find_step(const NameMap *names, const char *step_id)
{
	int step = name_map_find(names, step_id);

	if (step < 0)
		plan_json_raise("step_id");
	return step;
}

static void
compile_step_output(PlanInput *input, JsonbContainer *source,
                    const NameMap *names)
{
	char *step_id = plan_json_text(source, "source_step_id");

	input->source = PLAN_STEP_OUTPUT;
	input->step = plan_source_find_step(names, step_id);
	plan_json_string(source, "source_output_name", &input->key);
	pfree(step_id);
}
