/*
 * cron.h
 *		Cron expressions: their form.
 *
 * Plain C without memory of its own.  Which times an expression names is
 * cron_next's.
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

#endif
