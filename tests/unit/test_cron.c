/*
 * test_cron.c
 *		Cron expressions: what is one, and the times that each names.
 *
 * needs: extension/cron.c extension/cron_next.c
 */
#include "postgres.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

#include "cron_next.h"

static int64
clock_of(const char *text)
{
	struct tm tm = {0};

	assert_non_null(strptime(text, "%Y-%m-%d %H:%M:%S", &tm));
	return timegm(&tm);
}

/* What follows `after`, as texts, one after the other. */
static void
check_times(const char *expression, const char *after,
            const char *const *expected)
{
	char error[CRON_ERROR_MAX] = "";
	int64 at = clock_of(after);
	Cron cron;

	if (!cron_parse(expression, &cron, error))
		fail_msg("%s: %s", expression, error);
	for (; *expected != NULL; expected++)
	{
		char text[32];
		time_t time;

		assert_true(cron_find_next(&cron, at, &at));
		time = at;
		strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", gmtime(&time));
		if (strcmp(text, *expected) != 0)
			fail_msg("%s: %s, not %s", expression, text, *expected);
	}
}

#define CHECK_TIMES(expression, after, ...) \
	check_times(expression, after, (const char *const[]){__VA_ARGS__, NULL})

static void
check_error(const char *expression, const char *expected)
{
	char error[CRON_ERROR_MAX] = "";
	Cron cron;

	if (cron_parse(expression, &cron, error))
		fail_msg("%s: not refused", expression);
	if (strstr(error, expected) == NULL)
		fail_msg("%s: \"%s\", not \"%s\"", expression, error, expected);
}

static void
five_fields_name_minutes(void **state)
{
	CHECK_TIMES("*/15 * * * *",
	            "2026-11-22 23:44:59",
	            "2026-11-22 23:45:00",
	            "2026-11-23 00:00:00",
	            "2026-11-23 00:15:00");
	CHECK_TIMES("30 4 * * *", "2026-02-28 04:30:00", "2026-03-01 04:30:00");
	CHECK_TIMES("0 9-17/4 * * mon-fri",
	            "2026-11-20 13:00:00",
	            "2026-11-20 17:00:00",
	            "2026-11-23 09:00:00");
	CHECK_TIMES("5,10,50-52 1 1 jan *",
	            "2026-01-01 01:05:00",
	            "2026-01-01 01:10:00",
	            "2026-01-01 01:50:00",
	            "2026-01-01 01:51:00",
	            "2026-01-01 01:52:00",
	            "2027-01-01 01:05:00");
}

static void
six_fields_name_seconds(void **state)
{
	CHECK_TIMES("*/20 * * * * *",
	            "2026-12-31 23:59:30",
	            "2026-12-31 23:59:40",
	            "2027-01-01 00:00:00");
	CHECK_TIMES(
		"59 59 23 31 12 *", "2026-12-31 23:59:59", "2027-12-31 23:59:59");
}

static void
words_stand_for_expressions(void **state)
{
	CHECK_TIMES("@hourly", "2026-11-22 23:00:00", "2026-11-23 00:00:00");
	CHECK_TIMES("@daily", "2026-11-22 23:00:00", "2026-11-23 00:00:00");
	CHECK_TIMES("@Midnight", "2026-11-22 23:00:00", "2026-11-23 00:00:00");
	CHECK_TIMES("@weekly", "2026-11-22 00:00:00", "2026-11-29 00:00:00");
	CHECK_TIMES("@monthly", "2026-11-22 00:00:00", "2026-12-01 00:00:00");
	CHECK_TIMES("@yearly", "2026-11-22 00:00:00", "2027-01-01 00:00:00");
	CHECK_TIMES("@annually", "2026-11-22 00:00:00", "2027-01-01 00:00:00");
	check_error("@reboot", "none of");
}

/* 2026-11-22 is a Sunday. */
static void
names_and_seven_are_weekdays(void **state)
{
	CHECK_TIMES("0 0 * * 7", "2026-11-21 12:00:00", "2026-11-22 00:00:00");
	CHECK_TIMES("0 0 * * 0", "2026-11-21 12:00:00", "2026-11-22 00:00:00");
	CHECK_TIMES("0 0 * * SUN", "2026-11-21 12:00:00", "2026-11-22 00:00:00");
	CHECK_TIMES("0 0 * * sat-sun",
	            "2026-11-20 12:00:00",
	            "2026-11-21 00:00:00",
	            "2026-11-22 00:00:00",
	            "2026-11-28 00:00:00");
	CHECK_TIMES("0 0 1 FEB-mar *",
	            "2026-11-20 12:00:00",
	            "2027-02-01 00:00:00",
	            "2027-03-01 00:00:00");
}

static void
either_day_is_enough_where_both_are_named(void **state)
{
	CHECK_TIMES("0 0 13 * fri",
	            "2026-11-12 12:00:00",
	            "2026-11-13 00:00:00",
	            "2026-11-20 00:00:00",
	            "2026-11-27 00:00:00",
	            "2026-12-04 00:00:00",
	            "2026-12-11 00:00:00",
	            "2026-12-13 00:00:00");
	/* A field that begins with a star does not count as named. */
	CHECK_TIMES("0 0 */2 * fri",
	            "2026-11-12 12:00:00",
	            "2026-11-13 00:00:00",
	            "2026-11-27 00:00:00");
}

static void
leap_days_come_every_four_years(void **state)
{
	CHECK_TIMES("0 0 29 2 *",
	            "2026-11-22 00:00:00",
	            "2028-02-29 00:00:00",
	            "2032-02-29 00:00:00");
	CHECK_TIMES("0 0 29 2 *", "2096-02-29 00:00:00", "2104-02-29 00:00:00");
	CHECK_TIMES("0 0 29 2 *", "1969-11-22 00:00:00", "1972-02-29 00:00:00");
}

static void
what_never_comes_is_not_found(void **state)
{
	char error[CRON_ERROR_MAX];
	Cron cron;
	int64 next;

	assert_true(cron_parse("0 0 30 2 *", &cron, error));
	assert_false(cron_find_next(&cron, clock_of("2026-11-22 00:00:00"), &next));
}

static void
errors_name_the_field(void **state)
{
	check_error("", "5 fields");
	check_error("* * * *", "5 fields");
	check_error("* * * * * * *", "5 fields");
	check_error("60 * * * *", "minute \"60\": a value must be 0 to 59");
	check_error("60 * * * * *", "second \"60\": a value must be 0 to 59");
	check_error("* 24 * * *", "hour");
	check_error("* * 0 * *", "day of month \"0\": a value must be 1 to 31");
	check_error("* * * 13 *", "month");
	check_error("* * * * 8", "day of week \"8\": a value must be 0 to 7");
	check_error("5-1 * * * *", "the range 5-1 runs backwards");
	check_error("5/10 * * * *", "5-59/2");
	check_error("*/0 * * * *", "a step must be 1 to 59");
	check_error("*/60 * * * *", "a step must be 1 to 59");
	check_error("1, * * * *", "a value is missing");
	check_error("1- * * * *", "a value is missing");
	check_error("x * * * *", "\"x\" is not expected there");
	check_error("* * * foo *", "\"f\" is not expected there");
	check_error("* * L * *", "\"L\" is not expected there");
	check_error("1.5 * * * *", "\".\" is not expected there");
	check_error("-1 * * * *", "\"-\" is not expected there");
	check_error("4294967296 * * * *", "a value must be 0 to 59");
	check_error("*/99999999999 * * * *", "a step must be");
	check_error("janx * * * *", "\"j\" is not expected there");
}

/* The same as asking each second, one after the other. */
static void
no_time_is_left_out(void **state)
{
	static const char *const expressions[] = {
		"7-20/5,59 */7 * * * *",
		"0,59 58,59 0,23 * * *",
		"1 2 3 1,31 * *",
		"*/31 3-40/9 22,23 */3 2-12/5 sun,wed-fri",
	};

	for (size_t i = 0; i < lengthof(expressions); i++)
	{
		char error[CRON_ERROR_MAX];
		int64 from = clock_of("2028-02-26 21:13:00");
		Cron cron;
		int64 next;

		assert_true(cron_parse(expressions[i], &cron, error));
		assert_true(cron_find_next(&cron, from, &next));
		for (int64 at = from; at < from + 8 * 86400; at++)
		{
			int64 found;

			if (at == next)
				assert_true(cron_find_next(&cron, at, &next));
			assert_true(at + 997 > next || at % 997 != 0 ||
			            (cron_find_next(&cron, at, &found) && found == next));
			if (at % 60 == 0)
			{
				time_t time = at;
				struct tm tm = *gmtime(&time);
				bool is_named = (cron.seconds & 1) != 0 &&
				                (cron.minutes >> tm.tm_min & 1) != 0 &&
				                (cron.hours >> tm.tm_hour & 1) != 0 &&
				                (cron.months >> (tm.tm_mon + 1) & 1) != 0 &&
				                (cron.days >> tm.tm_mday & 1) != 0 &&
				                (cron.weekdays >> tm.tm_wday & 1) != 0;

				assert_true(cron_find_next(&cron, at - 1, &found));
				assert_int_equal(found == at, is_named);
			}
		}
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(five_fields_name_minutes),
		cmocka_unit_test(six_fields_name_seconds),
		cmocka_unit_test(words_stand_for_expressions),
		cmocka_unit_test(names_and_seven_are_weekdays),
		cmocka_unit_test(either_day_is_enough_where_both_are_named),
		cmocka_unit_test(leap_days_come_every_four_years),
		cmocka_unit_test(what_never_comes_is_not_found),
		cmocka_unit_test(errors_name_the_field),
		cmocka_unit_test(no_time_is_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
