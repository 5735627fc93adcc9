/*
 * step_inputs.h
 *		The inputs of one step of one run, gathered from where its plan says.
 *
 * The same run and results give the same inputs at any time, so they can be
 * worked out anew instead of being kept.
 */
#ifndef MCP_STEP_INPUTS_H
#define MCP_STEP_INPUTS_H

#include "step_scope.h"

/*
 * The inputs as an object.  NULL where one cannot be had; *error then says, for
 * the one who wrote the workflow, which and what there is instead.
 */
extern Jsonb *
step_inputs_resolve(const StepScope *scope, int step, char **error);

/*
 * An object of what these find.  Where error is NULL, what cannot be had is null
 * and nothing fails.
 */
extern Jsonb *
step_inputs_gather(const StepScope *scope, const PlanInput *inputs, int count,
                   char **error);

/* What one of them finds; false with *error, unless that is NULL. */
extern bool step_inputs_find(const StepScope *scope, const PlanInput *input,
                             JsonbValue *value, char **error);

#endif
