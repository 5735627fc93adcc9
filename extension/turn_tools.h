/*
 * turn_tools.h
 *		Steps that call tools before they are done: assistants.
 *
 * Each call becomes a run, the step is set aside until all of them have ended,
 * and goes on then with any worker.  A call and its run are written in one turn:
 * whoever crashes, and however often the step is tried, the tool is called once.
 */
#ifndef MCP_TURN_TOOLS_H
#define MCP_TURN_TOOLS_H

#include "turn_work.h"

/*
 * The result says that the slot, RUNNING until now, calls tools: it is PARKED.
 * Returns why not, and nothing has changed then; NULL where all is well.
 */
extern char *
turn_tools_call(TurnWork *work, LiveRun *run, const TurnResult *result);

/* Looks at a slot that was parked so: it goes on, waits, or took too long. */
extern void turn_tools_look(TurnWork *work, ParkedStep *step);

/* The slot waits no longer: what was started for it is to end too. */
extern void turn_tools_leave(TurnWork *work, LiveRun *run, int slot);

/* What the result wants to be remembered is. */
extern void turn_tools_remember(LiveRun *run, const TurnResult *result);

#endif
