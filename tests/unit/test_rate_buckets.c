/*
 * test_rate_buckets.c
 *		Tokens that are taken and come back.
 *
 * needs: daemon/rate_buckets.c daemon/memory.c
 * links: -lm
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "rate_buckets.h"

static const RateLimit four_a_second = {4, 1000};

static RateBuckets *buckets;

static int
set_up(void **state)
{
	buckets = rate_buckets_create();
	return 0;
}

static int
tear_down(void **state)
{
	rate_buckets_destroy(buckets);
	return 0;
}

static RateLevel
take(const char *name, uint64_t now)
{
	return rate_buckets_take(buckets, name, &four_a_second, now);
}

static void
a_bucket_holds_its_number_and_no_more(void **state)
{
	for (int left = 3; left >= 0; left--)
	{
		RateLevel level = take("a", 0);

		assert_true(level.has_one);
		assert_int_equal(level.remaining, left);
		assert_int_equal(level.full, (4 - left) * 250);
	}
	assert_false(take("a", 0).has_one);
	assert_int_equal(take("a", 0).next, 250);
}

static void
tokens_come_back_one_by_one(void **state)
{
	for (int i = 0; i < 4; i++)
		take("a", 100);
	assert_false(take("a", 349).has_one);
	assert_true(take("a", 350).has_one);
	assert_false(take("a", 351).has_one);
	assert_int_equal(
		rate_buckets_look(buckets, "a", &four_a_second, 100000).remaining, 4);
}

static void
looking_takes_nothing(void **state)
{
	for (int i = 0; i < 10; i++)
		assert_int_equal(
			rate_buckets_look(buckets, "a", &four_a_second, 0).remaining, 4);
}

static void
each_name_has_a_bucket_of_its_own(void **state)
{
	for (int i = 0; i < 5; i++)
		take("a", 0);
	assert_true(take("b", 0).has_one);
	assert_false(take("a", 0).has_one);
}

static void
more_names_than_there_is_room_for_narrow_no_limit(void **state)
{
	char name[32];

	for (int i = 0; i < 100000; i++)
	{
		snprintf(name, sizeof(name), "address:%d", i);
		assert_true(take(name, 0).has_one);
	}
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_bucket_holds_its_number_and_no_more),
		TEST(tokens_come_back_one_by_one),
		TEST(looking_takes_nothing),
		TEST(each_name_has_a_bucket_of_its_own),
		TEST(more_names_than_there_is_room_for_narrow_no_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
