/*
 * turn_end.h
 *		A slot ends, and perhaps its run: what follows from it.
 */
#ifndef MCP_TURN_END_H
#define MCP_TURN_END_H

#include "turn_work.h"

/* The slot ends in that state; its attempt must be noted by then. */
extern void
turn_end_settle(TurnWork *work, LiveRun *run, int slot, StepState end);

/*
 * The slot FAILED and is not tried again; its attempt must be noted by then.  The
 * run fails with it, unless the step says that it goes on.
 */
extern void
turn_end_fail(TurnWork *work, LiveRun *run, int slot, const char *error);

/* The run is FAILED by itself, not by a step. */
extern void turn_end_run(TurnWork *work, LiveRun *run, RunStatus end,
                         const char *error_message);

#endif
