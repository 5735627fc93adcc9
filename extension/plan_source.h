/*
 * plan_source.h
 *		Where a value comes from, compiled.
 */
#ifndef MCP_PLAN_SOURCE_H
#define MCP_PLAN_SOURCE_H

#include "name_map.h"
#include "plan.h"

/* {source_type, ...}; its name is not set. */
extern void plan_source_compile(PlanInput *input, JsonbContainer *source,
                                const NameMap *names);

/* An object of sources, as inputs with names. */
extern PlanInput *plan_source_compile_all(JsonbContainer *sources,
                                          const NameMap *names, int *count);

/* The expression; steps that it names must be among the names. */
extern PlanExpression *
plan_source_compile_expression(const JsonbValue *text, const NameMap *names);

/* The ordinal of the step; raises where there is none. */
extern int plan_source_find_step(const NameMap *names, const char *step_id);

#endif
