/*
 * cron_next.h
 *		Which times of a clock a cron expression names.
 *
 * Plain C without memory of its own.  A time here is what a clock on the wall
 * shows, as seconds since 1970-01-01 00:00:00 of that clock; time zones and
 * clocks that are put forward or back are fire_time's.
 */
#ifndef MCP_CRON_NEXT_H
#define MCP_CRON_NEXT_H

#include "cron.h"

/*
 * The first time after `after`; false where none comes within 40 years, which is
 * never.  As in Vixie's cron, days are restricted by the day of month and the day
 * of week: where both are, either is enough.
 */
extern bool cron_find_next(const Cron *cron, int64_t after, int64_t *next);

#endif
