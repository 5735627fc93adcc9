/*
 * workflow_normal.c
 *		The normal form of a workflow document: what is stored, and what runs.
 */
#include "postgres.h"

#include "workflow_document.h"
#include "workflow_normal.h"
#include "workflow_source_normal.h"
#include "workflow_step_normal.h"

static void put_error_handling(JsonbParseState **out,
                               const WorkflowErrorHandling *handling);
static void put_settings(JsonbParseState **out, const Workflow *workflow);
static void put_schema(JsonbParseState **out, Jsonb *schema);
static void
put_concurrency(JsonbParseState **out, const WorkflowConcurrency *concurrency);

Jsonb *
workflow_normal_print(const Workflow *workflow)
{
	JsonbParseState *out = NULL;

	pushJsonbValue(&out, WJB_BEGIN_OBJECT, NULL);
	workflow_document_put_text(&out, "name", workflow->name);
	workflow_document_put_text(&out, "description", workflow->description);
	workflow_document_put_text(
		&out, "execution_mode", workflow_modes[workflow->mode]);
	put_error_handling(&out, &workflow->error_handling);
	put_settings(&out, workflow);
	workflow_document_put_key(&out, "steps");
	pushJsonbValue(&out, WJB_BEGIN_ARRAY, NULL);
	for (int i = 0; i < workflow->step_count; i++)
		workflow_step_print(&out, &workflow->steps[i]);
	pushJsonbValue(&out, WJB_END_ARRAY, NULL);
	return JsonbValueToJsonb(pushJsonbValue(&out, WJB_END_OBJECT, NULL));
}

static void
put_error_handling(JsonbParseState **out, const WorkflowErrorHandling *handling)
{
	workflow_document_put_object(out, "error_handling");
	workflow_document_put_text(
		out, "strategy", workflow_strategies[handling->strategy]);
	if (handling->strategy == WORKFLOW_RETRY_WITH_BACKOFF)
	{
		workflow_document_put_integer(
			out, "max_retries", handling->max_retries);
		workflow_document_put_number(
			out, "backoff_factor", handling->backoff_factor);
	}
	else
	{
		workflow_document_put_null(out, "max_retries");
		workflow_document_put_null(out, "backoff_factor");
	}
	workflow_document_put_text(
		out, "fallback_workflow_id", handling->fallback.id);
	workflow_document_end_object(out);
}

static void
put_settings(JsonbParseState **out, const Workflow *workflow)
{
	if (workflow->input_schema != NULL)
		put_schema(out, workflow->input_schema);
	if (workflow->has_outputs)
		workflow_source_print_all(
			out, "outputs", workflow->outputs, workflow->output_count);
	if (workflow->timeout > 0)
		workflow_document_put_number(out, "timeout_seconds", workflow->timeout);
	if (workflow->queue != NULL)
		workflow_document_put_text(out, "queue", workflow->queue);
	if (workflow->has_priority)
		workflow_document_put_integer(out, "priority", workflow->priority);
	if (workflow->concurrency != NULL)
		put_concurrency(out, workflow->concurrency);
	if (workflow->retention_days > 0)
		workflow_document_put_number(
			out, "retention_days", workflow->retention_days);
}

static void
put_schema(JsonbParseState **out, Jsonb *schema)
{
	JsonbValue value;

	workflow_document_put_key(out, "input_schema");
	value.type = jbvBinary;
	value.val.binary.data = &schema->root;
	value.val.binary.len = (int) VARSIZE(schema) - VARHDRSZ;
	pushJsonbValue(out, WJB_VALUE, &value);
}

static void
put_concurrency(JsonbParseState **out, const WorkflowConcurrency *concurrency)
{
	workflow_document_put_object(out, "concurrency");
	workflow_document_put_text(
		out, "key", concurrency->key == NULL ? NULL : concurrency->key->text);
	workflow_document_put_integer(out, "limit", concurrency->limit);
	workflow_document_end_object(out);
}
