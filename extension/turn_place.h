/*
 * turn_place.h
 *		Runs that take turns: of one key at most so many have begun at a time.
 *
 * A place is asked for when a run would begin, and given to another after it has
 * ended, both of them because a timer says so.  So all rows of keys that a turn
 * needs are locked at one point of it: after the runs it waits for, and before
 * queues.
 */
#ifndef MCP_TURN_PLACE_H
#define MCP_TURN_PLACE_H

#include "turn_work.h"

/*
 * Of the runs that would begin (a List of LiveRun *), those that may; the others
 * wait.  ended are the ids of runs that gave up their places, a List of
 * pg_uuid_t *: who waits longest gets them, and a timer to begin by.
 */
extern List *turn_place_take(TurnWork *work, List *runs, List *ended);

/* The run has ended: a timer is to give its place to another. */
extern void turn_place_leave(TurnWork *work, LiveRun *run);

#endif
