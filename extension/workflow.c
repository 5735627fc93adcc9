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
};
