/*
 * workflow.c
 *		The words that workflows are written in.
 */
#include "postgres.h"

#include "workflow.h"

const char *const workflow_modes[] = {
	[WORKFLOW_SEQUENTIAL] = "sequential",
	[WORKFLOW_PARALLEL] = "parallel",
};

const char *const workflow_strategies[] = {
	[WORKFLOW_STOP_ON_ERROR] = "Stop on Error",
	[WORKFLOW_RETRY_WITH_BACKOFF] = "Retry with Backoff",
	[WORKFLOW_FALLBACK_CHAIN] = "Fallback Chain",
};

const char *const workflow_sources[] = {
	[WORKFLOW_INPUT] = "workflow_input",
	[WORKFLOW_STATIC_VALUE] = "static_value",
	[WORKFLOW_STEP_OUTPUT] = "step_output",
	[WORKFLOW_EXPRESSION] = "expression",
	[WORKFLOW_ITEM] = "item",
	[WORKFLOW_ITEM_INDEX] = "item_index",
};

const char *const workflow_waits[] = {
	[WORKFLOW_WAIT_SECONDS] = "seconds",
	[WORKFLOW_WAIT_UNTIL] = "until",
	[WORKFLOW_WAIT_SIGNAL] = "signal",
	[WORKFLOW_WAIT_APPROVAL] = "approval",
};

/* A fallback step is no word: it is an object that names the step. */
const char *const workflow_on_errors[] = {
	[WORKFLOW_FAIL] = "fail",
	[WORKFLOW_CONTINUE] = "continue",
};

const char *const workflow_items_modes[] = {
	[WORKFLOW_FAIL_FAST] = "fail_fast",
	[WORKFLOW_COLLECT] = "collect",
};

const JsonTextLimits workflow_name_limits = {JSON_TEXT_LINE, 1, 200};

const JsonRange workflow_seconds_range = {0.001, 315360000};
