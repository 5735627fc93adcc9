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

/* Why an attempt failed. */
typedef struct TurnFailure
{
	const char *error;
	const char *error_class; /* NULL: none was said */
	double retry_after;      /* seconds that were asked for; 0: none */
} TurnFailure;

/* A result of the turn's worker; one that is not his to give is refused. */
extern void turn_moves_take_result(TurnWork *work, const TurnResult *result);

/* All that the lost worker has of the run goes back to the queue. */
extern void
turn_moves_give_back(TurnWork *work, LiveRun *run, const LostWorker *lost);

/*
 * The slot ends well, or was not to be done, without a worker; what it resulted
 * in may be NULL.
 */
extern void turn_moves_finish(TurnWork *work, LiveRun *run, int slot,
                              StepState end, Jsonb *outputs);

/*
 * An attempt that no worker reports failed: it is recorded, and followed by
 * another where the step's retry says so.
 */
extern void turn_moves_fail_attempt(TurnWork *work, LiveRun *run, int slot,
                                    const TurnFailure *failure);

/* Likewise, but nothing would be better another time. */
extern void turn_moves_fail_for_good(TurnWork *work, LiveRun *run, int slot,
                                     const TurnFailure *failure);

#endif
