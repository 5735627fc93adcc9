/*
 * fire_time.c
 *		When a schedule fires: a cron expression or an interval, by the clock of a
 *		time zone.
 */
#include "postgres.h"

#include "common/int.h"
#include "cron_next.h"
#include "fire_time.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/timestamp.h"

/*
 * No clock was ever put back by more: looking from so long before sees each
 * change that still matters.
 */
#define CHANGE_MAX (INT64CONST(26) * SECS_PER_HOUR)

#define EPOCH_DIFFERENCE \
	((POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * (int64) SECS_PER_DAY)

/* Beyond, dates are not PostgreSQL's any more. */
#define LAST_SECOND (END_TIMESTAMP / USECS_PER_SEC + EPOCH_DIFFERENCE - 1)

/* Later than that nobody asks, and two intervals further is still a date. */
#define LAST_AFTER \
	(END_TIMESTAMP - INT64CONST(366) * 3 * FIRE_YEARS_MAX * USECS_PER_DAY)

/* A stretch of time in which the clock runs evenly, in seconds of Unix. */
typedef struct Stretch
{
	int64 begin;
	int64 end; /* the first second of the next; LAST_SECOND: there is none */
	int64 offset;
	int64 offset_before;
	int64 offset_after;
} Stretch;

static TimestampTz find_by_cron(const FireRule *rule, TimestampTz after);
static void find_end(Stretch *stretch, pg_tz *zone);
static bool find_in_gap(const Cron *cron, const Stretch *stretch);
static bool
find_within(const Cron *cron, const Stretch *stretch, int64 after, int64 *time);
static TimestampTz find_by_interval(const FireRule *rule, TimestampTz after);
static int64 shortest(const Interval *interval);
static TimestampTz repeat_times(const FireRule *rule, int64 count);
static TimestampTz repeat_by_clock(const FireRule *rule, int64 count);

pg_tz *
fire_time_find_zone(const char *name)
{
	pg_tz *zone;

	if (name[0] == '\0' || strlen(name) > TZ_STRLEN_MAX)
		return NULL;
	zone = pg_tzset(name);
	return zone != NULL && pg_tz_acceptable(zone) ? zone : NULL;
}

/* As interval_in, which would raise. */
bool
fire_time_parse_interval(const char *text, Interval *interval)
{
	char work[MAXDATELEN + MAXDATEFIELDS];
	char *fields[MAXDATEFIELDS];
	int types[MAXDATEFIELDS];
	struct pg_itm_in parts = {0};
	int field_count;
	int kind;
	int error = ParseDateTime(
		text, work, sizeof(work), fields, types, MAXDATEFIELDS, &field_count);

	if (error == 0)
		error = DecodeInterval(
			fields, types, field_count, INTERVAL_FULL_RANGE, &kind, &parts);
	if (error == DTERR_BAD_FORMAT)
	{
		char *copy = pstrdup(text);

		error = DecodeISO8601Interval(copy, &kind, &parts);
		pfree(copy);
	}
	return error == 0 && kind == DTK_DELTA &&
	       itmin2interval(&parts, interval) == 0 &&
	       fire_time_may_repeat(interval);
}

bool
fire_time_may_repeat(const Interval *interval)
{
	return interval->time >= 0 && interval->day >= 0 && interval->month >= 0 &&
	       interval->month <= FIRE_YEARS_MAX * MONTHS_PER_YEAR &&
	       interval->day <= FIRE_YEARS_MAX * 366 &&
	       interval->time <= INT64CONST(366) * FIRE_YEARS_MAX * USECS_PER_DAY &&
	       (interval->month > 0 || interval->day > 0 ||
	        interval->time >= USECS_PER_SEC);
}

TimestampTz
fire_time_find_next(const FireRule *rule, TimestampTz after)
{
	if (TIMESTAMP_NOT_FINITE(after) || after > LAST_AFTER)
		return DT_NOEND;
	return rule->is_cron ? find_by_cron(rule, after)
	                     : find_by_interval(rule, after);
}

static TimestampTz
find_by_cron(const FireRule *rule, TimestampTz after)
{
	int64 floor = after / USECS_PER_SEC - (after % USECS_PER_SEC < 0 ? 1 : 0) +
	              EPOCH_DIFFERENCE;
	Stretch stretch = {.begin = floor - CHANGE_MAX};
	bool is_first = true;

	for (;;)
	{
		int64 time;

		find_end(&stretch, rule->zone);
		/* What comes before the first stretch is too long ago to matter. */
		if (is_first)
			stretch.offset_before = stretch.offset;
		is_first = false;
		if (stretch.begin > floor && find_in_gap(&rule->cron, &stretch))
			time = stretch.begin;
		else if (!find_within(&rule->cron, &stretch, floor, &time))
			return DT_NOEND;
		if (time < stretch.end)
			return (time - EPOCH_DIFFERENCE) * USECS_PER_SEC;
		if (stretch.end >= LAST_SECOND)
			return DT_NOEND;
		stretch.begin = stretch.end;
		stretch.offset_before = stretch.offset;
	}
}

static void
find_end(Stretch *stretch, pg_tz *zone)
{
	pg_time_t begin = stretch->begin;
	pg_time_t end;
	long int offset = 0;
	long int offset_after = 0;
	int is_summer;
	int is_summer_after;
	int found = pg_next_dst_boundary(&begin,
	                                 &offset,
	                                 &is_summer,
	                                 &end,
	                                 &offset_after,
	                                 &is_summer_after,
	                                 zone);

	stretch->offset = offset;
	stretch->offset_after = found > 0 ? offset_after : offset;
	stretch->end = found > 0 ? Min(end, LAST_SECOND) : LAST_SECOND;
}

/* Was a time left out when the stretch began? */
static bool
find_in_gap(const Cron *cron, const Stretch *stretch)
{
	int64 clock;

	return !cron->is_any_hour && stretch->offset_before < stretch->offset &&
	       cron_find_next(
			   cron, stretch->begin + stretch->offset_before - 1, &clock) &&
	       clock < stretch->begin + stretch->offset;
}

/* The next time by the clock of the stretch, which may lie beyond its end. */
static bool
find_within(const Cron *cron, const Stretch *stretch, int64 after, int64 *time)
{
	int64 clock = Max(after, stretch->begin - 1) + stretch->offset;

	/* What the clock had shown before it was put back does not come again. */
	if (!cron->is_any_hour)
		clock = Max(clock, stretch->begin + stretch->offset_before - 1);
	if (!cron_find_next(cron, clock, time))
		return false;
	*time -= stretch->offset;
	return true;
}

/* The times ascend with their number, so the right one is found by halving. */
static TimestampTz
find_by_interval(const FireRule *rule, TimestampTz after)
{
	int64 low = 0;
	int64 high;

	if (rule->anchor > after)
		return rule->anchor;
	high = (after - rule->anchor) / shortest(&rule->interval) + 2;
	while (low < high)
	{
		int64 middle = low + (high - low) / 2;

		if (repeat_times(rule, middle) > after)
			high = middle;
		else
			low = middle + 1;
	}
	return repeat_times(rule, low);
}

/* In microseconds; a day has 23 hours where the clock is put forward. */
static int64
shortest(const Interval *interval)
{
	return (interval->month * INT64CONST(27) + interval->day) * 23 *
	           USECS_PER_HOUR +
	       interval->time;
}

static TimestampTz
repeat_times(const FireRule *rule, int64 count)
{
	TimestampTz time = rule->anchor;
	TimestampTz result;

	if (rule->interval.month != 0 || rule->interval.day != 0)
		time = repeat_by_clock(rule, count);
	if (TIMESTAMP_NOT_FINITE(time) ||
	    pg_add_s64_overflow(time, count * rule->interval.time, &result) ||
	    !IS_VALID_TIMESTAMP(result))
		return DT_NOEND;
	return result;
}

/* Months and days are counted by the clock: the same time of another day. */
static TimestampTz
repeat_by_clock(const FireRule *rule, int64 count)
{
	Interval interval = {.month = (int32) (rule->interval.month * count),
	                     .day = (int32) (rule->interval.day * count)};
	struct pg_tm parts;
	fsec_t fraction;
	int offset;
	Timestamp clock;
	TimestampTz result;

	if (timestamp2tm(
			rule->anchor, &offset, &parts, &fraction, NULL, rule->zone) != 0 ||
	    tm2timestamp(&parts, fraction, NULL, &clock) != 0)
		return DT_NOEND;
	clock =
		DatumGetTimestamp(DirectFunctionCall2(timestamp_pl_interval,
	                                          TimestampGetDatum(clock),
	                                          IntervalPGetDatum(&interval)));
	if (timestamp2tm(clock, NULL, &parts, &fraction, NULL, NULL) != 0)
		return DT_NOEND;
	offset = DetermineTimeZoneOffset(&parts, rule->zone);
	if (tm2timestamp(&parts, fraction, &offset, &result) != 0)
		return DT_NOEND;
	return result;
}
