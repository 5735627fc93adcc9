/*
 * timer.c
 *		The timers of a run: of its steps by their slot, and of the run itself.
 */
#include "postgres.h"

#include "timer.h"

/* Past this nobody waits: some thousand years. */
#define SECONDS_MAX 3.0e10

#define GRACE_SECONDS 5.0

TimestampTz
timer_after(TimestampTz start, double seconds)
{
	return start + (TimestampTz) (Min(seconds, SECONDS_MAX) * USECS_PER_SEC);
}

TimestampTz
timer_of_attempt(TimestampTz handed_out, double seconds)
{
	return timer_after(handed_out, seconds + GRACE_SECONDS);
}
