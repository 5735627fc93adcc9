/*
 * workflow_step_normal.c
 *		The normal form of a step.
 *
 * What is not said is left out, so that a document of an earlier version has
 * the form that it had then.
 */
#include "postgres.h"

#include "name_map.h"
#include "workflow_document.h"
#include "workflow_source_normal.h"
#include "workflow_step_normal.h"

static void put_target(JsonbParseState **out, const WorkflowStep *step);
static void put_wait(JsonbParseState **out, const WorkflowWait *wait);
static void put_approval(JsonbParseState **out, const WorkflowWait *wait);
static void put_depends_on(JsonbParseState **out, const WorkflowStep *step);
static void put_retry(JsonbParseState **out, const WorkflowRetry *retry);
static void put_on_error(JsonbParseState **out, const WorkflowStep *step);
static void
put_for_each(JsonbParseState **out, const WorkflowForEach *for_each);

void
workflow_step_print(JsonbParseState **out, const WorkflowStep *step)
{
	pushJsonbValue(out, WJB_BEGIN_OBJECT, NULL);
	workflow_document_put_text(out, "step_id", step->step_id);
	workflow_document_put_text(out, "name", step->name);
	put_target(out, step);
	put_depends_on(out, step);
	workflow_source_print_all(out, "inputs", step->inputs, step->input_count);
	if (step->when != NULL)
		workflow_document_put_text(out, "when", step->when->text);
	if (step->retry != NULL)
		put_retry(out, step->retry);
	if (step->timeout > 0)
		workflow_document_put_number(out, "timeout_seconds", step->timeout);
	put_on_error(out, step);
	if (step->for_each != NULL)
		put_for_each(out, step->for_each);
	if (step->cache_ttl > 0)
	{
		workflow_document_put_object(out, "cache");
		workflow_document_put_number(out, "ttl", step->cache_ttl);
		workflow_document_end_object(out);
	}
	pushJsonbValue(out, WJB_END_OBJECT, NULL);
}

static void
put_target(JsonbParseState **out, const WorkflowStep *step)
{
	switch (step->kind)
	{
		case WORKFLOW_STEP_MCP:
			workflow_document_put_text(out, "mcp_id", step->mcp_id);
			workflow_document_put_text(out, "mcp_version_id", step->version);
			break;
		case WORKFLOW_STEP_WORKFLOW:
			workflow_document_put_text(out, "workflow_id", step->workflow.id);
			break;
		case WORKFLOW_STEP_WAIT:
			put_wait(out, step->wait);
			break;
	}
}

static void
put_wait(JsonbParseState **out, const WorkflowWait *wait)
{
	workflow_document_put_object(out, "wait");
	switch (wait->kind)
	{
		case WORKFLOW_WAIT_SECONDS:
			workflow_document_put_number(out, "seconds", wait->seconds);
			break;
		case WORKFLOW_WAIT_UNTIL:
			if (wait->source != NULL)
				workflow_source_print(out, wait->source);
			else
				workflow_document_put_text(out, "until", wait->until);
			break;
		case WORKFLOW_WAIT_SIGNAL:
			workflow_document_put_text(out, "signal", wait->signal);
			if (wait->timeout > 0)
				workflow_document_put_number(
					out, "timeout_seconds", wait->timeout);
			break;
		case WORKFLOW_WAIT_APPROVAL:
			put_approval(out, wait);
			break;
	}
	workflow_document_end_object(out);
}

static void
put_approval(JsonbParseState **out, const WorkflowWait *wait)
{
	workflow_document_put_object(out, "approval");
	if (wait->roles != NIL)
		workflow_document_put_texts(out, "roles", wait->roles);
	if (wait->message != NULL)
		workflow_document_put_text(out, "message", wait->message);
	if (wait->timeout > 0)
		workflow_document_put_number(out, "timeout_seconds", wait->timeout);
	workflow_document_end_object(out);
}

/* Each step once, in the order given. */
static void
put_depends_on(JsonbParseState **out, const WorkflowStep *step)
{
	NameMap *seen = step->depends_count > 1 ? name_map_create() : NULL;
	List *targets = NIL;

	for (int i = 0; i < step->depends_count; i++)
	{
		char *target = step->depends_on[i];

		if (seen == NULL || name_map_add(seen, target, i) < 0)
			targets = lappend(targets, target);
	}
	workflow_document_put_texts(out, "depends_on", targets);
}

static void
put_retry(JsonbParseState **out, const WorkflowRetry *retry)
{
	workflow_document_put_object(out, "retry");
	workflow_document_put_integer(out, "max_attempts", retry->max_attempts);
	workflow_document_put_number(out, "delay", retry->delay);
	workflow_document_put_number(out, "backoff_factor", retry->backoff_factor);
	workflow_document_put_number(out, "max_delay", retry->max_delay);
	workflow_document_put_number(out, "jitter", retry->jitter);
	if (retry->on != NIL)
		workflow_document_put_texts(out, "on", retry->on);
	if (retry->not_on != NIL)
		workflow_document_put_texts(out, "not_on", retry->not_on);
	workflow_document_end_object(out);
}

static void
put_on_error(JsonbParseState **out, const WorkflowStep *step)
{
	switch (step->on_error)
	{
		case WORKFLOW_FAIL:
			break;
		case WORKFLOW_CONTINUE:
			workflow_document_put_text(
				out, "on_error", workflow_on_errors[step->on_error]);
			break;
		case WORKFLOW_FALLBACK_STEP:
			workflow_document_put_object(out, "on_error");
			workflow_document_put_text(
				out, "fallback_step", step->fallback_step);
			workflow_document_end_object(out);
			break;
	}
}

static void
put_for_each(JsonbParseState **out, const WorkflowForEach *for_each)
{
	workflow_document_put_object(out, "for_each");
	workflow_source_print(out, &for_each->items);
	if (for_each->max_concurrency > 0)
		workflow_document_put_integer(
			out, "max_concurrency", for_each->max_concurrency);
	workflow_document_put_text(
		out, "mode", workflow_items_modes[for_each->mode]);
	workflow_document_end_object(out);
}
