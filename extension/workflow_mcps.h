/*
 * workflow_mcps.h
 *		The MCPs that the steps of a workflow use, and their versions.
 */
#ifndef MCP_WORKFLOW_MCPS_H
#define MCP_WORKFLOW_MCPS_H

#include "problem.h"
#include "workflow_fit.h"
#include "workflow_lookup.h"

/*
 * Fills in the ids of the MCPs, and adds a problem for each step whose MCP or
 * version does not exist.  One query, whatever the number of steps.  Unless the
 * lock is WORKFLOW_READ, what is found stays until the transaction ends.
 *
 * schemas, with room for each step, gets those of the version that a step would
 * run now.
 *
 * Needs an SPI connection, and the ids live as long as that.
 */
extern void workflow_mcps_find(Workflow *workflow, WorkflowLock lock,
                               StepSchemas *schemas, ProblemList *problems);

#endif
