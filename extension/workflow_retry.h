/*
 * workflow_retry.h
 *		How a step of a workflow document is tried again.
 *
 *	{"max_attempts", "delay", "backoff_factor", "max_delay", "jitter",
 *	 "on": [error classes], "not_on": [error classes]}
 */
#ifndef MCP_WORKFLOW_RETRY_H
#define MCP_WORKFLOW_RETRY_H

#include "json_reader.h"
#include "workflow.h"

/*
 * What stands under "retry" of the step, with its defaults filled in; NULL where
 * nothing does.  palloc'd.
 */
extern WorkflowRetry *workflow_retry_read(const JsonObject *step);

#endif
