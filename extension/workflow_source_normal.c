/*
 * workflow_source_normal.c
 *		The normal form of a source of values.
 */
#include "postgres.h"

#include "workflow_document.h"
#include "workflow_source_normal.h"

static void
put_value(JsonbParseState **out, const char *key, const JsonbValue *given);

void
workflow_source_print(JsonbParseState **out, const WorkflowInput *input)
{
	workflow_document_put_object(out, input->name);
	workflow_document_put_text(
		out, "source_type", workflow_sources[input->source]);
	switch (input->source)
	{
		case WORKFLOW_INPUT:
			workflow_document_put_text(out, "workflow_input_key", input->key);
			if (input->has_default)
				put_value(out, "default", &input->value);
			break;
		case WORKFLOW_STATIC_VALUE:
			put_value(out, "value", &input->value);
			break;
		case WORKFLOW_STEP_OUTPUT:
			workflow_document_put_text(out, "source_step_id", input->step_id);
			workflow_document_put_text(
				out, "source_output_name", input->output_name);
			break;
		case WORKFLOW_EXPRESSION:
			workflow_document_put_text(
				out, "expression", input->expression->text);
			break;
		case WORKFLOW_ITEM:
		case WORKFLOW_ITEM_INDEX:
			break;
	}
	workflow_document_end_object(out);
}

void
workflow_source_print_all(JsonbParseState **out, const char *key,
                          const WorkflowInput *inputs, int count)
{
	workflow_document_put_object(out, key);
	for (int i = 0; i < count; i++)
		workflow_source_print(out, &inputs[i]);
	workflow_document_end_object(out);
}

static void
put_value(JsonbParseState **out, const char *key, const JsonbValue *given)
{
	JsonbValue value = *given;

	workflow_document_put_key(out, key);
	pushJsonbValue(out, WJB_VALUE, &value);
}
