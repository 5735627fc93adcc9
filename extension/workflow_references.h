/*
 * workflow_references.h
 *		Every place where a workflow names one of its steps.
 */
#ifndef MCP_WORKFLOW_REFERENCES_H
#define MCP_WORKFLOW_REFERENCES_H

#include "json_path.h"
#include "workflow.h"

/* The place that is no step: the outputs of the workflow. */
#define WORKFLOW_ITSELF (-1)

typedef enum WorkflowUse
{
	WORKFLOW_WAITS_FOR,     /* in depends_on */
	WORKFLOW_USES_RESULT,   /* by a source or an expression */
	WORKFLOW_FALLS_BACK_TO, /* in on_error */
} WorkflowUse;

typedef struct WorkflowReference
{
	int from; /* the step that names the other, by ordinal; or WORKFLOW_ITSELF */
	WorkflowUse use;
	const char *target;   /* the id as given */
	const JsonPath *path; /* good until the visitor returns */
} WorkflowReference;

typedef void (*WorkflowVisitor)(void *context,
                                const WorkflowReference *reference);

/* In the order of the steps; what could not be read is left out. */
extern void workflow_references_visit(const Workflow *workflow,
                                      WorkflowVisitor visit, void *context);

#endif
