/*
 * workflow_wiring.h
 *		How the steps of a workflow hang together: their ids, and who waits for
 *		whom.
 *
 * All of it is linear in the document, whatever it says.
 */
#ifndef MCP_WORKFLOW_WIRING_H
#define MCP_WORKFLOW_WIRING_H

#include "problem.h"
#include "workflow.h"

/*
 * Makes the ids that were not given ("step-3" for the third step), resolves the
 * references between steps into edges, and adds a problem for each id that
 * stands twice, for each reference that leads nowhere, to its own step or, in
 * sequential mode, to a later one, and for each loop.
 */
extern void workflow_wiring_check(Workflow *workflow, ProblemList *problems);

#endif
