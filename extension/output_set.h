/*
 * output_set.h
 *		The results of steps that a turn needs: those it was given, those it reads.
 *
 * All that is wanted is read at once, in one statement.  The result of a step
 * whose fallback ran is that of the fallback.
 */
#ifndef MCP_OUTPUT_SET_H
#define MCP_OUTPUT_SET_H

#include "run_store.h"

typedef struct OutputSet OutputSet;

/* Empty, in the current memory context. */
extern OutputSet *output_set_create(void);

/* What the step resulted in; NULL: null. */
extern void
output_set_put(OutputSet *set, const LiveRun *run, int step, Jsonb *value);

/* Will be asked for. */
extern void output_set_want(OutputSet *set, const LiveRun *run, int step);

/* Will be asked for: all results that the input is made of. */
extern void output_set_want_input(OutputSet *set, const LiveRun *run,
                                  const PlanInput *input);

/* Reads what is wanted and not there yet.  Needs an SPI connection. */
extern void output_set_read(OutputSet *set);

/* NULL for null, and for a step without a result. */
extern Jsonb *
output_set_get(const OutputSet *set, const LiveRun *run, int step);

#endif
