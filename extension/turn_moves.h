/*
 * turn_moves.h
 *		What a result, a lost worker or a due time means for a run.
 *
 * Nothing is written here: the moves change states in memory and note what is to
 * be written.
 */
#ifndef MCP_TURN_MOVES_H
#define MCP_TURN_MOVES_H

#include "turn_work.h"

/* A result of the turn's worker; one that is not his to give is refused. */
extern void turn_moves_take_result(TurnWork *work, const TurnResult *result);

/* All that the lost worker has of the run goes back to the queue. */
extern void
turn_moves_give_back(TurnWork *work, LiveRun *run, const LostWorker *lost);

/* The step's time has come; one that does not sleep (any more) stays. */
extern void turn_moves_wake(TurnWork *work, const DueStep *due);

/*
 * The step fails for good, and the run with it.  Its attempt must be noted by
 * then.
 */
extern void
turn_moves_fail(TurnWork *work, LiveRun *run, int step, const char *error);

/* The run is CANCELLED. */
extern void turn_moves_cancel(TurnWork *work, LiveRun *run, const char *reason);

#endif
