/*
 * workflow_store.h
 *		Workflows and their versions in their tables.
 *
 * Row by row; what may be written is decided in workflow_registry.  Needs an SPI
 * connection.
 */
#ifndef MCP_WORKFLOW_STORE_H
#define MCP_WORKFLOW_STORE_H

#include "utils/jsonb.h"

#include "workflow_lookup.h"

/*
 * Inserts the workflow with its first version, owned by the actor, and returns
 * its id.  slug may be NULL: then one is made of the name; one that is given and
 * exists raises 23505.
 */
extern pg_uuid_t
workflow_store_insert(Jsonb *definition, const char *name, const char *slug);

/* The definition becomes the next version, and the latest. */
extern void workflow_store_add_version(const pg_uuid_t *id, Jsonb *definition);

/* Keeps the versions; raises MC021 while another workflow uses it. */
extern void workflow_store_delete(const WorkflowRow *row);

/*
 * The verbs below see what the calling query sees if the lock is WORKFLOW_READ,
 * and else also what this transaction has just written.
 */

/* The latest version, in its normal form. */
extern Jsonb *
workflow_store_get_definition(const WorkflowRow *row, WorkflowLock lock);

/*
 * In full: {workflow_id, id (the same), name, slug, description, execution_mode,
 * error_handling, steps, version, created_at, updated_at}, and what else the
 * workflow says: input_schema, outputs and so on.
 */
extern Jsonb *workflow_store_get(const pg_uuid_t *id, WorkflowLock lock);

#endif
