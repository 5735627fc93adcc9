/*
 * step_inputs.h
 *		The inputs of one step of one run, gathered from where its plan says.
 *
 * The same run and results give the same inputs at any time, so they can be
 * worked out anew instead of being kept.
 */
#ifndef MCP_STEP_INPUTS_H
#define MCP_STEP_INPUTS_H

#include "plan.h"

/* The result of a step of the run; NULL for null and where it has none. */
typedef Jsonb *(*StepOutputFind)(void *context, int step);

/*
 * The inputs as an object.  NULL where one cannot be had; *error then says, for
 * the one who wrote the workflow, which and what there is instead.
 */
extern Jsonb *
step_inputs_resolve(const RunPlan *plan, int step, Jsonb *run_inputs,
                    StepOutputFind find_output, void *context, char **error);

#endif
