/*
 * timer.h
 *		The timers of a run: of its steps by their slot, and of the run itself.
 *
 * A timer says that a run is to be looked at; what it finds there decides.  One
 * that comes too late, or twice, finds nothing to do.
 */
#ifndef MCP_TIMER_H
#define MCP_TIMER_H

#include "utils/timestamp.h"

/* In place of a slot. */
#define TIMER_RUN_TIMEOUT (-1) /* the run takes too long */
#define TIMER_BEGIN (-2)       /* the run is to begin */
#define TIMER_CANCEL (-3)      /* what the run was started for has ended */
#define TIMER_PLACE (-4)       /* the run has ended: its place is another's */

/* So many seconds later; never beyond what a timestamp holds. */
extern TimestampTz timer_after(TimestampTz start, double seconds);

/*
 * When an attempt that was handed out then, with so many seconds to live, is
 * given up.  Its worker ends it in time by itself and has a while to say so.
 */
extern TimestampTz timer_of_attempt(TimestampTz handed_out, double seconds);

#endif
