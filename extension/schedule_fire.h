/*
 * schedule_fire.h
 *		Firing what is due: runs started by the clock.
 *
 * Whoever comes first fires; a schedule is locked meanwhile, and a time that is
 * written down is fired no more.  Each verb needs an SPI connection.
 */
#ifndef MCP_SCHEDULE_FIRE_H
#define MCP_SCHEDULE_FIRE_H

#include "schedule.h"

/*
 * Fires what is due, and returns how many schedules were.  A run that cannot be
 * started is written down and is no error.
 */
extern int schedule_fire_due(TimestampTz now);

/*
 * The same once a second at most in this session, or when a schedule that it
 * knows of is due.
 */
extern void schedule_fire_look(TimestampTz now);

/* When, as far as this session knows, one is due; DT_NOEND: none. */
extern TimestampTz schedule_fire_next_wake(void);

/*
 * Starts a run of the schedule now, whatever its rule says; the schedule must be
 * locked.  Raises where it cannot be started.
 */
extern pg_uuid_t schedule_fire_now(Schedule *schedule, TimestampTz now);

/* When it fires next, counted from now. */
extern void schedule_fire_plan(Schedule *schedule, TimestampTz now);

#endif
