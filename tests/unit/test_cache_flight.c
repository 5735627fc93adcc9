/*
 * test_cache_flight.c
 *		Questions that are the same and under way at once.
 *
 * needs: daemon/cache_flight.c daemon/cache_key.c daemon/memory.c
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cache_flight.h"

#define MANY 1000

static CacheFlights *flights;

static int
set_up(void **state)
{
	flights = cache_flights_create();
	return 0;
}

static int
tear_down(void **state)
{
	cache_flights_destroy(flights);
	return 0;
}

static CacheKey
key_of(const char *name)
{
	return (CacheKey){.bytes = name, .length = strlen(name)};
}

static void
who_asks_the_same_boards_the_same_flight(void **state)
{
	CacheKey keys[] = {key_of("one"), key_of("one"), key_of("one")};
	CachePassenger passengers[3];

	assert_true(cache_flights_board(flights, &keys[0], &passengers[0]));
	assert_false(cache_flights_board(flights, &keys[1], &passengers[1]));
	assert_false(cache_flights_board(flights, &keys[2], &passengers[2]));
	assert_ptr_equal(cache_flights_land(flights, &passengers[0]),
	                 &passengers[0]);
	assert_ptr_equal(passengers[0].next, &passengers[1]);
	assert_ptr_equal(passengers[1].next, &passengers[2]);
	assert_null(passengers[2].next);
}

static void
who_asks_something_else_asks_himself(void **state)
{
	CacheKey keys[] = {key_of("one"), key_of("two"), key_of("on")};
	CachePassenger passengers[3];

	for (int i = 0; i < 3; i++)
		assert_true(cache_flights_board(flights, &keys[i], &passengers[i]));
	for (int i = 0; i < 3; i++)
	{
		assert_ptr_equal(cache_flights_land(flights, &passengers[i]),
		                 &passengers[i]);
		assert_null(passengers[i].next);
	}
}

static void
who_comes_after_it_has_landed_is_the_first_again(void **state)
{
	CacheKey key = key_of("one");
	CachePassenger first;
	CachePassenger late;

	assert_true(cache_flights_board(flights, &key, &first));
	cache_flights_land(flights, &first);
	assert_true(cache_flights_board(flights, &key, &late));
	assert_null(first.next);
	assert_ptr_equal(cache_flights_land(flights, &late), &late);
}

/* More than there are buckets, landing in another order than they began. */
static void
many_flights_do_not_mix(void **state)
{
	static char names[MANY][16];
	static CacheKey keys[MANY];
	static CachePassenger firsts[MANY];
	static CachePassenger seconds[MANY];

	for (int i = 0; i < MANY; i++)
	{
		snprintf(names[i], sizeof(names[i]), "key %d", i);
		keys[i] = key_of(names[i]);
		assert_true(cache_flights_board(flights, &keys[i], &firsts[i]));
	}
	for (int i = 0; i < MANY; i++)
		assert_false(cache_flights_board(flights, &keys[i], &seconds[i]));
	for (int n = 0; n < MANY; n++)
	{
		int i = n * 7 % MANY;

		assert_ptr_equal(cache_flights_land(flights, &firsts[i]), &firsts[i]);
		assert_ptr_equal(firsts[i].next, &seconds[i]);
		assert_null(seconds[i].next);
	}
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(who_asks_the_same_boards_the_same_flight),
		TEST(who_asks_something_else_asks_himself),
		TEST(who_comes_after_it_has_landed_is_the_first_again),
		TEST(many_flights_do_not_mix),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
