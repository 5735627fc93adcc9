/*
 * workflow_fallback.h
 *		The workflow that another one falls back to: it exists, and the way never
 *		leads back.
 */
#ifndef MCP_WORKFLOW_FALLBACK_H
#define MCP_WORKFLOW_FALLBACK_H

#include "problem.h"
#include "workflow.h"
#include "workflow_lookup.h"

/*
 * Fills in the id of the fallback, if the workflow has one, and adds a problem
 * where it does not exist or falls back, by whatever detours, to the workflow
 * itself, whose id is self; NULL where it is new.  Unless the lock is
 * WORKFLOW_READ, no other transaction sets a fallback until this one ends.
 *
 * Needs an SPI connection, and the id lives as long as that.
 */
extern void workflow_fallback_find(Workflow *workflow, const pg_uuid_t *self,
                                   WorkflowLock lock, ProblemList *problems);

#endif
