/*
 * turn_enter.h
 *		The beginning of steps that are more than a task to hand out.
 *
 * What can be told in the database is: whether the step is to be done at all, a
 * wait, the items of a step, the start of a sub-workflow.
 */
#ifndef MCP_TURN_ENTER_H
#define MCP_TURN_ENTER_H

#include "turn_work.h"

/*
 * Of the steps that are READY since this turn, leaves those in work->ready that
 * are to be handed out.  What the others come to may make more steps READY, and
 * these are seen to as well.
 */
extern void turn_enter(TurnWork *work);

#endif
