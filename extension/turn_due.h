/*
 * turn_due.h
 *		Timers that went off: what each finds to do in its run.
 */
#ifndef MCP_TURN_DUE_H
#define MCP_TURN_DUE_H

#include "turn_work.h"

/* A List of DueStep *, whose runs are in the work as far as they live. */
extern void turn_due_take(TurnWork *work, List *due_steps);

#endif
