/*
 * workflow_step_normal.h
 *		The normal form of a step.
 *
 *	{"step_id", "name", "mcp_id", "mcp_version_id", "depends_on", "inputs"}, or
 *	{"step_id", "name", "workflow_id", "depends_on", "inputs"}, or
 *	{"step_id", "name", "wait", "depends_on", "inputs"};
 *	and, where it is said, "when", "retry", "timeout_seconds", "on_error",
 *	"for_each", "cache".
 */
#ifndef MCP_WORKFLOW_STEP_NORMAL_H
#define MCP_WORKFLOW_STEP_NORMAL_H

#include "workflow.h"

/* As the next item of the array being built. */
extern void
workflow_step_print(JsonbParseState **out, const WorkflowStep *step);

#endif
