/*
 * workflow_registry.h
 *		Workflows as their users change them: checked whole, written with a
 *		version, told to the audit log.
 *
 * Each verb opens an SPI connection of its own and answers in the caller's
 * memory context.  `workflow` is an id or a slug; where there is none such, the
 * verb raises MC020.  Writes raise the first problem of the document, and 42501
 * where the actor neither owns the workflow nor is an admin.
 */
#ifndef MCP_WORKFLOW_REGISTRY_H
#define MCP_WORKFLOW_REGISTRY_H

#include "utils/jsonb.h"
#include "utils/uuid.h"

#include "problem.h"

extern pg_uuid_t workflow_registry_find(const char *workflow);

/* In full, as workflow_store_get. */
extern Jsonb *workflow_registry_get(const char *workflow);

/* The latest version, in its normal form. */
extern Jsonb *workflow_registry_get_definition(const char *workflow);

/* Adds all that would stop workflow_registry_create. */
extern void workflow_registry_check(Jsonb *document, ProblemList *problems);

/* Adds all that would stop workflow_registry_update. */
extern void
workflow_registry_check_changes(const char *workflow, Jsonb *changes,
                                ProblemList *problems);

/* Returns it in full. */
extern Jsonb *workflow_registry_create(Jsonb *document);

/*
 * The keys given replace those of the latest version, and the whole is checked
 * and becomes the next version; where nothing is different, there is none.
 * Returns it in full.
 */
/* These raise MC022 where expected, unless NULL, is not the latest version. */
extern Jsonb *workflow_registry_update(const char *workflow, Jsonb *changes,
                                       const char *expected);

extern void
workflow_registry_delete(const char *workflow, const char *expected);

#endif
