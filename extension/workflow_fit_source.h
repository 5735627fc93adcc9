/*
 * workflow_fit_source.h
 *		Does one source of a value fit the input that it is for?
 *
 * Only what is certain to fail is a problem.
 */
#ifndef MCP_WORKFLOW_FIT_SOURCE_H
#define MCP_WORKFLOW_FIT_SOURCE_H

#include "name_map.h"
#include "workflow_fit.h"

/* One step under check; the frames of its path lie in it. */
typedef struct WorkflowFit
{
	const Workflow *workflow;
	const StepSchemas *schemas;
	const NameMap *ordinals; /* of steps by step_id */
	ProblemList *problems;
	const WorkflowStep *step;
	Jsonb *input_schema; /* of the step, or NULL */
	JsonbValue input;    /* the same as a value */
	JsonPath path[4];    /* $, .steps, [i], .inputs */
} WorkflowFit;

/* path: of the input. */
extern void
workflow_fit_source_check(const WorkflowFit *fit, const WorkflowInput *input,
                          const JsonPath *path);

/* A whole document as a value. */
extern JsonbValue workflow_fit_value(Jsonb *document);

#endif
