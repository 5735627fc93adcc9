/*
 * step_scope.h
 *		What the inputs and expressions of a step can see.
 */
#ifndef MCP_STEP_SCOPE_H
#define MCP_STEP_SCOPE_H

#include "plan.h"

/* The result of a step of the run; NULL for null and where it has none. */
typedef Jsonb *(*StepOutputFind)(void *context, int step);

typedef struct StepScope
{
	const RunPlan *plan;
	Jsonb *run_inputs;
	StepOutputFind find_output;
	void *context;  /* of find_output */
	int item_index; /* of an item, from 0; else -1 */
	JsonbValue item;
} StepScope;

#endif
