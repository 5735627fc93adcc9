/*
 * cron.h
 *		Cron expressions: their form, and which times of a clock they name.
 *
 * Plain C without memory of its own.  A time here is what a clock on the wall
 * shows, as seconds since 1970-01-01 00:00:00 of that clock; time zones and
 * clocks that are put forward or back are fire_time's.
 */
#ifndef MCP_CRON_H
#define MCP_CRON_H

#include <stdbool.h>
#include <stdint.h>

/* Bytes of an expression at most. */
#define CRON_MAX 200

/* Room for what cron_parse has to say, and for its hint. */
#define CRON_ERROR_MAX 200

/* The values that each field allows, as bits. */
typedef struct Cron
{
	uint64_t seconds;
	uint64_t minutes;
	uint32_t hours;
	uint32_t days;     /* of the month, from 1 */
	uint32_t months;   /* from 1 */
	uint32_t weekdays; /* Sunday is 0 */

	/* The field began with '*'. */
	bool is_any_hour;
	bool is_any_day;
	bool is_any_weekday;
} Cron;

/*
 * Reads five fields (minute, hour, day of month, month, day of week), six (with
 * the second before them), or @hourly, @daily, @midnight, @weekly, @monthly,
 * @yearly, @annually.  A field is a list of '*', values, ranges, and either with
 * a step; months and weekdays have names of three letters, and Sunday is 0 and 7.
 * Otherwise returns false and says why, in PostgreSQL's style.
 */
extern bool
cron_parse(const char *text, Cron *cron, char error[CRON_ERROR_MAX]);

/*
 * The first time after `after`; false where none comes within 40 years, which is
 * never.  As in Vixie's cron, days are restricted by the day of month and the day
 * of week: where both are, either is enough.
 */
extern bool cron_find_next(const Cron *cron, int64_t after, int64_t *next);

#endif
