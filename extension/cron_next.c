/*
 * cron_next.c
 *		Which times of a clock a cron expression names.
 *
 * Days are gone through one by one, since the rules of their fields do not compose;
 * within a day the time is found from the bits at once.
 */
#include "postgres.h"

#include "cron_next.h"
#include "port/pg_bitutils.h"

#define DAY_SECONDS 86400

/* 29 February falls on a given weekday every 40 years at the latest. */
#define YEARS_MAX 40

static bool matches_day(const Cron *cron, int64_t day);
static void date_of_day(int64_t day, int *month, int *day_of_month);
static bool find_time(const Cron *cron, int from, int *time);
static int next_bit(uint64_t bits, int from);

bool
cron_find_next(const Cron *cron, int64_t after, int64_t *next)
{
	int64_t day = (after + 1) / DAY_SECONDS;
	int from = (int) ((after + 1) % DAY_SECONDS);

	if (from < 0)
	{
		day--;
		from += DAY_SECONDS;
	}
	for (int i = 0; i <= YEARS_MAX * 366; i++)
	{
		int time;

		if (matches_day(cron, day + i) && find_time(cron, from, &time))
		{
			*next = (day + i) * DAY_SECONDS + time;
			return true;
		}
		from = 0;
	}
	return false;
}

static bool
matches_day(const Cron *cron, int64_t day)
{
	int month;
	int day_of_month;
	/* The first day, 1970-01-01, was a Thursday. */
	int weekday = (int) (((day + 4) % 7 + 7) % 7);
	bool is_day;
	bool is_weekday;

	date_of_day(day, &month, &day_of_month);
	if ((cron->months >> month & 1) == 0)
		return false;
	is_day = (cron->days >> day_of_month & 1) != 0;
	is_weekday = (cron->weekdays >> weekday & 1) != 0;
	if (cron->is_any_day || cron->is_any_weekday)
		return is_day && is_weekday;
	return is_day || is_weekday;
}

/*
 * The proleptic Gregorian calendar, in years that begin in March so that the
 * day of a leap year comes last, and in its cycles of 400 years.
 */
static void
date_of_day(int64_t day, int *month, int *day_of_month)
{
	const int cycle_days = 146097;
	int in_cycle =
		(int) (((day + 719468) % cycle_days + cycle_days) % cycle_days);
	int year = (in_cycle - in_cycle / 1460 + in_cycle / 36524 -
	            in_cycle / (cycle_days - 1)) /
	           365;
	int in_year = in_cycle - (365 * year + year / 4 - year / 100);
	int month_from_march = (5 * in_year + 2) / 153;

	*day_of_month = in_year - (153 * month_from_march + 2) / 5 + 1;
	*month =
		month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
}

/* The first time of a day that is not before `from`, in seconds. */
static bool
find_time(const Cron *cron, int from, int *time)
{
	int hour = from / 3600;
	int minute = from / 60 % 60;
	int second = next_bit(cron->seconds, from % 60);

	if (second < 0)
	{
		minute++;
		second = next_bit(cron->seconds, 0);
	}
	if (next_bit(cron->minutes, minute) != minute)
		second = next_bit(cron->seconds, 0);
	minute = next_bit(cron->minutes, minute);
	if (minute < 0)
		hour++;
	if (minute < 0 || next_bit(cron->hours, hour) != hour)
	{
		minute = next_bit(cron->minutes, 0);
		second = next_bit(cron->seconds, 0);
	}
	hour = next_bit(cron->hours, hour);
	*time = hour * 3600 + minute * 60 + second;
	return hour >= 0;
}

/* The lowest bit that is set from there on; -1: none is. */
static int
next_bit(uint64_t bits, int from)
{
	if (from > 63 || bits >> from == 0)
		return -1;
	return from + pg_rightmost_one_pos64(bits >> from);
}
