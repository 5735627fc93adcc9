/*
 * workflow_step.h
 *		One step of a workflow document: its own keys and its inputs.
 *
 * What a step refers to is not looked up here: other steps are for
 * workflow_wiring, MCPs for workflow_reference.
 */
#ifndef MCP_WORKFLOW_STEP_H
#define MCP_WORKFLOW_STEP_H

#include "json_array.h"
#include "workflow.h"

/* Fills in the step with what can be used, and adds each problem of it. */
extern void
workflow_step_read(const JsonArray *steps, int index, WorkflowStep *step);

#endif
