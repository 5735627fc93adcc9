/*
 * workflow_links.h
 *		The other workflows that one names, as its fallback or as its steps: they
 *		exist, and no way leads back from them.
 */
#ifndef MCP_WORKFLOW_LINKS_H
#define MCP_WORKFLOW_LINKS_H

#include "problem.h"
#include "workflow_fit.h"
#include "workflow_lookup.h"

/*
 * Fills in the ids of the workflows that it names, and adds a problem for each
 * that does not exist or that runs, by whatever detours, the workflow itself,
 * whose id is self; NULL where it is new.  Unless the lock is WORKFLOW_READ, no
 * other transaction names a workflow until this one ends, and those found stay.
 *
 * schemas, with room for each step, gets those of the workflows that steps would
 * run now.
 *
 * Needs an SPI connection, and the ids live as long as that.
 */
extern void workflow_links_find(Workflow *workflow, const pg_uuid_t *self,
                                WorkflowLock lock, StepSchemas *schemas,
                                ProblemList *problems);

#endif
