/*
 * workflow_fallback_steps.h
 *		Which step stands in for which, and so in which order steps can run.
 *
 * A step and its fallback, and the fallback of that and so on, are a chain; its
 * head is the step that others refer to.  A step without a fallback is a chain
 * of one.  Ordinals throughout.
 */
#ifndef MCP_WORKFLOW_FALLBACK_STEPS_H
#define MCP_WORKFLOW_FALLBACK_STEPS_H

#include <stdbool.h>

#define WORKFLOW_NO_STEP (-1)

typedef struct WorkflowFallbackSteps
{
	int step_count;
	int *fallback;   /* of a step; or WORKFLOW_NO_STEP */
	int *stands_for; /* the step whose fallback it is; or WORKFLOW_NO_STEP */
	/* These are WORKFLOW_NO_STEP for steps that stand for each other in a loop. */
	int *head;
	int *last;  /* of its chain */
	int *place; /* in `order` */
	int *order; /* how a sequential workflow runs: each chain in a row */
} WorkflowFallbackSteps;

/* Without any fallback yet.  palloc'd. */
extern WorkflowFallbackSteps *workflow_fallback_steps_create(int step_count);

/* False, and nothing is set, where the fallback already is one of another. */
extern bool workflow_fallback_steps_set(WorkflowFallbackSteps *steps, int step,
                                        int fallback);

/* Finds the chains, once all are set. */
extern void workflow_fallback_steps_chain(WorkflowFallbackSteps *steps);

/* Is it a step that runs only where another failed? */
extern bool
workflow_fallback_steps_has(const WorkflowFallbackSteps *steps, int step);

#endif
