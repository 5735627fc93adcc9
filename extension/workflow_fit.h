/*
 * workflow_fit.h
 *		Does what the steps of a workflow are given fit what they run takes?
 *
 * Told from the schemas of what the steps would run now, when the workflow is
 * written.  Only what is certain to fail is a problem: whether a result fits is
 * known when it is there, and is checked then.
 */
#ifndef MCP_WORKFLOW_FIT_H
#define MCP_WORKFLOW_FIT_H

#include "problem.h"
#include "workflow.h"

/* Of the version of an MCP or workflow that a step runs; NULL where it has none. */
typedef struct StepSchemas
{
	Jsonb *input;
	Jsonb *output;
} StepSchemas;

/*
 * schemas has one for each step.  All steps must have been read without problems.
 */
extern void
workflow_fit_check(const Workflow *workflow, const StepSchemas *schemas,
                   ProblemList *problems);

#endif
