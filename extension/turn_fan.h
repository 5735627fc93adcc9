/*
 * turn_fan.h
 *		Steps that are run once for each of several items.
 */
#ifndef MCP_TURN_FAN_H
#define MCP_TURN_FAN_H

#include "turn_work.h"

/*
 * The step, READY until now, is PARKED and its items are READY, as many as may
 * go on at once; without items it ends at once.
 */
extern void turn_fan_out(TurnWork *work, LiveRun *run, int step);

/* The steps in work->fans all of whose items have ended do so too. */
extern void turn_fan_join(TurnWork *work);

#endif
