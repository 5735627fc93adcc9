/*
 * turn_handout.h
 *		Handing out work: the successors of this turn first, then the queue.
 */
#ifndef MCP_TURN_HANDOUT_H
#define MCP_TURN_HANDOUT_H

#include "turn_work.h"

/*
 * Hands out tasks up to the demand, each with its inputs; what became READY and
 * finds no demand goes to the queue.  A step whose inputs cannot be had fails
 * without having been handed out.
 */
extern void turn_handout(TurnWork *work);

/* Hands out nothing: what became READY goes to the queue. */
extern void turn_handout_queue(TurnWork *work);

#endif
