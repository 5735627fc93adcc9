/*
 * kept_steps.h
 *		The steps of a run that were done before it began: in the run that it is a
 *		retry of.
 */
#ifndef MCP_KEPT_STEPS_H
#define MCP_KEPT_STEPS_H

#include "run_state.h"

/*
 * Begins a run and settles the steps that are kept; by step how each ended, or
 * STEP_WAITING for one that is to be done.  The steps that are READY then are
 * READY in the state.  False where the run had begun already.
 */
extern bool
kept_steps_begin(RunState *state, const RunShape *shape, const StepState *kept);

#endif
