/*
 * fire_time.h
 *		When a schedule fires: a cron expression or an interval, by the clock of a
 *		time zone.
 *
 * Where the clock is put forward, a named time that is left out fires once, at
 * the first moment after the gap; where it is put back, a time that comes twice
 * fires the first time.  An expression that begins with any hour ('*') names no
 * time of day but a rhythm: it goes on through both as if nothing had happened.
 */
#ifndef MCP_FIRE_TIME_H
#define MCP_FIRE_TIME_H

#include "cron.h"
#include "datatype/timestamp.h"
#include "pgtime.h"

/* An interval lasts at least a second and at most so many years. */
#define FIRE_YEARS_MAX 100

typedef struct FireRule
{
	pg_tz *zone;
	bool is_cron;
	Cron cron;
	Interval interval;  /* unless is_cron */
	TimestampTz anchor; /* unless is_cron: from when on they are counted */
} FireRule;

/* NULL where there is no such zone. */
extern pg_tz *fire_time_find_zone(const char *name);

/*
 * Reads "90 seconds", "PT1H30M" and whatever else PostgreSQL takes; false where it
 * is no interval, or too short or too long to fire by.
 */
extern bool fire_time_parse_interval(const char *text, Interval *interval);

/* Within the limits, and no part of it negative? */
extern bool fire_time_may_repeat(const Interval *interval);

/* The first moment after `after`; DT_NOEND where none comes. */
extern TimestampTz fire_time_find_next(const FireRule *rule, TimestampTz after);

#endif
