/*
 * turn_wait.h
 *		Steps that wait: for a time, a signal, an approval.
 */
#ifndef MCP_TURN_WAIT_H
#define MCP_TURN_WAIT_H

#include "turn_work.h"

/*
 * The slot, READY until now, is PARKED; or ends at once, where what it waits for
 * is there already.
 */
extern void turn_wait_begin(TurnWork *work, LiveRun *run, int slot);

#endif
