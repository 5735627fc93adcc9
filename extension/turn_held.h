/*
 * turn_held.h
 *		What a worker says that it has, compared with what it was handed.
 *
 * After an answer that was lost, or a while without notifications, neither side
 * knows what the other does.
 */
#ifndef MCP_TURN_HELD_H
#define MCP_TURN_HELD_H

#include "turn_work.h"

/* Whether the worker says that it has the task. */
extern bool
turn_held_has(const Turn *turn, const LiveRun *run, const StepTask *task);

/*
 * Refuses what the worker has and should not have any more, so that it stops.
 * Call it when all results were taken in.
 */
extern void turn_held_refuse_gone(TurnWork *work);

#endif
