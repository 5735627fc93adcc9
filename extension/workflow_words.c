/*
 * workflow_words.c
 *		What is special about a step, in words for people.
 */
#include "postgres.h"

#include "lib/stringinfo.h"

#include "workflow_words.h"

static const char *const kinds[] = {
	[WORKFLOW_STEP_MCP] = "mcp",
	[WORKFLOW_STEP_WORKFLOW] = "workflow",
	[WORKFLOW_STEP_WAIT] = "wait",
};

static char *describe_wait(const WorkflowWait *wait);
static char *describe_approval(const WorkflowWait *wait);
static char *describe_timeout(double seconds);
static char *describe_items(const WorkflowForEach *for_each);
static char *describe_source(const WorkflowInput *source);
static char *describe_retry(const WorkflowRetry *retry);

List *
workflow_words_of(const WorkflowStep *step)
{
	List *words = NIL;

	if (step->when != NULL)
		words = lappend(words, psprintf("when %s", step->when->text));
	if (step->wait != NULL)
		words = lappend(words, describe_wait(step->wait));
	if (step->for_each != NULL)
		words = lappend(words, describe_items(step->for_each));
	if (step->cache_ttl > 0)
		words =
			lappend(words, psprintf("results kept for %g s", step->cache_ttl));
	if (step->timeout > 0)
		words =
			lappend(words, psprintf("at most %g s an attempt", step->timeout));
	if (step->retry != NULL)
		words = lappend(words, describe_retry(step->retry));
	if (step->on_error == WORKFLOW_CONTINUE)
		words = lappend(words, pstrdup("may fail"));
	if (step->fallback_step != NULL)
		words =
			lappend(words, psprintf("if it fails, %s", step->fallback_step));
	return words;
}

const char *
workflow_words_kind(const WorkflowStep *step)
{
	return kinds[step->kind];
}

static char *
describe_wait(const WorkflowWait *wait)
{
	switch (wait->kind)
	{
		case WORKFLOW_WAIT_SECONDS:
			return psprintf("waits %g s", wait->seconds);
		case WORKFLOW_WAIT_UNTIL:
			return psprintf("waits until %s",
			                wait->source == NULL
			                    ? wait->until
			                    : describe_source(wait->source));
		case WORKFLOW_WAIT_SIGNAL:
			return psprintf("waits for the signal %s%s",
			                wait->signal,
			                describe_timeout(wait->timeout));
		case WORKFLOW_WAIT_APPROVAL:
			return describe_approval(wait);
	}
	return NULL;
}

static char *
describe_approval(const WorkflowWait *wait)
{
	StringInfoData text;
	ListCell *cell;

	initStringInfo(&text);
	appendStringInfoString(&text, "waits for an approval");
	foreach (cell, wait->roles)
		appendStringInfo(&text,
		                 "%s %s",
		                 foreach_current_index(cell) == 0 ? " by" : " or",
		                 (char *) lfirst(cell));
	appendStringInfoString(&text, describe_timeout(wait->timeout));
	return text.data;
}

static char *
describe_timeout(double seconds)
{
	return seconds > 0 ? psprintf(", at most %g s", seconds) : pstrdup("");
}

static char *
describe_items(const WorkflowForEach *for_each)
{
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfo(
		&text, "for each of %s", describe_source(&for_each->items));
	if (for_each->max_concurrency > 0)
		appendStringInfo(&text, ", %d at once", for_each->max_concurrency);
	if (for_each->mode == WORKFLOW_COLLECT)
		appendStringInfoString(&text, ", failures collected");
	return text.data;
}

static char *
describe_source(const WorkflowInput *source)
{
	switch (source->source)
	{
		case WORKFLOW_INPUT:
			return psprintf("workflow input %s", source->key);
		case WORKFLOW_STATIC_VALUE:
			return pstrdup("a value of its own");
		case WORKFLOW_STEP_OUTPUT:
			return psprintf(
				"output %s of %s", source->output_name, source->step_id);
		case WORKFLOW_EXPRESSION:
			return pstrdup(source->expression->text);
		case WORKFLOW_ITEM:
			return pstrdup("its item");
		case WORKFLOW_ITEM_INDEX:
			return pstrdup("the place of its item");
	}
	return NULL;
}

static char *
describe_retry(const WorkflowRetry *retry)
{
	if (retry->max_attempts == 1)
		return pstrdup("one attempt");
	return psprintf("at most %d attempts, %g s to %g s apart",
	                retry->max_attempts,
	                retry->delay,
	                retry->max_delay);
}
