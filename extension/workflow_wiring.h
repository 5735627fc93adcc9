/*
 * workflow_wiring.h
 *		How the steps of a workflow hang together: who waits for whom.
 *
 * All of it is linear in the document, whatever it says.
 */
#ifndef MCP_WORKFLOW_WIRING_H
#define MCP_WORKFLOW_WIRING_H

#include "problem.h"
#include "workflow.h"

/*
 * Makes the ids that were not given, resolves the references between steps, those
 * of expressions and fallbacks among them, into edges, and adds a problem for
 * each id that stands twice, for each reference that leads nowhere, to its own step, to a step that only stands in for another
 * or, in sequential mode, to a later one, and for each loop.
 */
extern void workflow_wiring_check(Workflow *workflow, ProblemList *problems);

#endif
