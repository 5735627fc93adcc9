/*
 * workflow_step_ids.h
 *		What the steps of a workflow are called.
 */
#ifndef MCP_WORKFLOW_STEP_IDS_H
#define MCP_WORKFLOW_STEP_IDS_H

#include "name_map.h"
#include "problem.h"
#include "workflow.h"

/*
 * Makes the ids that were not given ("step-3" for the third step), and adds a
 * problem for each that stands twice.  Returns the ordinals of the steps by
 * their ids.
 */
extern NameMap *
workflow_step_ids_make(Workflow *workflow, ProblemList *problems);

#endif
