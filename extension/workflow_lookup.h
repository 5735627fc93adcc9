/*
 * workflow_lookup.h
 *		One workflow by its id or slug.
 *
 * For the stores: needs an SPI connection, and its results live as long as that.
 */
#ifndef MCP_WORKFLOW_LOOKUP_H
#define MCP_WORKFLOW_LOOKUP_H

#include "utils/uuid.h"

typedef enum WorkflowLock
{
	WORKFLOW_READ,   /* none */
	WORKFLOW_CHANGE, /* nobody else changes it; others may come to run it */
	WORKFLOW_DELETE  /* and no other comes to run it */
} WorkflowLock;

typedef struct WorkflowRow
{
	pg_uuid_t id;
	char *name;
	char *slug;
	int version; /* the latest */
} WorkflowRow;

/*
 * Finds and locks.  Raises MC020 where there is none, and 42501 where the actor
 * asks for more than WORKFLOW_READ of what is not his.
 */
extern void
workflow_lookup(const char *workflow, WorkflowLock lock, WorkflowRow *row);

#endif
