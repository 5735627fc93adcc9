/*
 * turn_child.h
 *		Steps that are runs of another workflow.
 */
#ifndef MCP_TURN_CHILD_H
#define MCP_TURN_CHILD_H

#include "turn_work.h"

/* The slot, READY until now, is PARKED and its run started; or it fails. */
extern void turn_child_start(TurnWork *work, LiveRun *run, int slot);

/* The fallback workflow of each run that failed is started. */
extern void turn_child_start_fallbacks(TurnWork *work);

#endif
