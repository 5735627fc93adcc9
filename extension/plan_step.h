/*
 * plan_step.h
 *		One step of a workflow version, compiled, but for what it waits for.
 */
#ifndef MCP_PLAN_STEP_H
#define MCP_PLAN_STEP_H

#include "name_map.h"
#include "plan.h"

/* step_id and name: what others are compiled by. */
extern void plan_step_compile_names(PlanStep *step, JsonbContainer *container);

/*
 * All else.  retry is what holds where the step says nothing of it.  A fallback
 * that the step names learns of it.
 */
extern void
plan_step_compile(PlanStep *steps, int ordinal, JsonbContainer *container,
                  const NameMap *names, const PlanRetry *retry);

#endif
