/*
 * expression.h
 *		A SQL/JSON path over {inputs, steps} of a run.
 *
 * Errors inside the path, as of a strict one that misses a key, find nothing: a
 * turn goes on whatever a workflow says.
 */
#ifndef MCP_EXPRESSION_H
#define MCP_EXPRESSION_H

#include "step_scope.h"

/* The first thing that it finds; false where it finds nothing. */
extern bool
expression_find(const StepScope *scope, const PlanExpression *expression,
                JsonbValue *value);

/* Is the first thing that it finds true? */
extern bool
expression_is_true(const StepScope *scope, const PlanExpression *expression);

#endif
