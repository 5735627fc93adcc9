/*
 * workflow_constraints.h
 *		The policies of the house, held against a workflow.
 */
#ifndef MCP_WORKFLOW_CONSTRAINTS_H
#define MCP_WORKFLOW_CONSTRAINTS_H

#include "problem.h"
#include "workflow.h"

/*
 * Adds a problem for each thing that an enabled constraint has against the
 * workflow.  The MCPs of all steps must have been found.  One query, whatever the
 * number of steps.  Needs an SPI connection.
 */
extern void
workflow_constraints_check(const Workflow *workflow, ProblemList *problems);

#endif
