/*
 * plan_graph.h
 *		What a plan's steps wait for: its shape.
 */
#ifndef MCP_PLAN_GRAPH_H
#define MCP_PLAN_GRAPH_H

#include "plan.h"

/* In list order, but for fallbacks: each comes right after what it stands for. */
extern void plan_graph_chain(RunPlan *plan);

/* By what the steps depend on and whose results they use. */
extern void plan_graph_weave(RunPlan *plan);

/*
 * The steps whose results an input or expression looks at, to be called with the
 * ordinal of each.
 */
typedef void (*PlanGraphVisit)(void *context, int step);
extern void plan_graph_visit_used(const RunPlan *plan, int ordinal,
                                  PlanGraphVisit visit, void *context);

#endif
