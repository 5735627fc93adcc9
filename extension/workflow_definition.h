/*
 * workflow_definition.h
 *		The document that defines a workflow: read whole, with all that is wrong.
 *
 * Looks at nothing but the document; whether the MCPs and the other workflows exist
 * is for workflow_mcps and workflow_links to say.
 */
#ifndef MCP_WORKFLOW_DEFINITION_H
#define MCP_WORKFLOW_DEFINITION_H

#include "problem.h"
#include "workflow.h"

/*
 * What create_workflow takes: {name, slug, description, execution_mode,
 * error_handling, steps, input_schema, outputs, timeout_seconds, queue, priority,
 * concurrency, retention_days}.  The keys that get_workflow adds are allowed and mean
 * nothing, so that what was read can be given back.
 *
 * Adds each problem to the list; the workflow, palloc'd, can be used only where
 * the list stays empty.  The document must outlive it.
 */
extern Workflow *
workflow_definition_read(Jsonb *document, ProblemList *problems);

#endif
