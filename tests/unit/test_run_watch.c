/*
 * test_run_watch.c
 *		Waking those who wait for a run, on a real loop.
 *
 * needs: daemon/run_watch.c daemon/loop.c daemon/log.c daemon/log_line.c daemon/utf8.c daemon/status.c
 * needs: daemon/memory.c
 * links: -luv
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "run_watch.h"

#define RUN "01890000-0000-7000-8000-000000000001"
#define OTHER "01890000-0000-7000-8000-000000000002"

typedef struct Waiting
{
	RunWaiter *waiter;
	int wakes;
	int wanted; /* wakes after which it ends the loop */
} Waiting;

static RunWatch *watch;

static int
set_up(void **state)
{
	Error error;

	watch = run_watch_create();
	return loop_open(&error) == STATUS_OK ? 0 : -1;
}

static int
tear_down(void **state)
{
	run_watch_destroy(watch);
	loop_close();
	return 0;
}

static void
wake(void *context)
{
	Waiting *waiting = context;

	if (++waiting->wakes == waiting->wanted)
	{
		run_watch_remove(waiting->waiter);
		waiting->waiter = NULL;
		loop_stop();
	}
}

static void
add(Waiting *waiting, const char *run_id, int wanted)
{
	waiting->wakes = 0;
	waiting->wanted = wanted;
	waiting->waiter = run_watch_add(watch, run_id, wake, waiting);
}

static void
telling_wakes_the_one_who_waits(void **state)
{
	Waiting one;
	Waiting other;
	uint64_t start = loop_now();

	add(&one, RUN, 1);
	add(&other, OTHER, 1);
	run_watch_tell(watch, RUN);
	assert_int_equal(one.wakes, 0);
	loop_run();
	assert_int_equal(one.wakes, 1);
	assert_int_equal(other.wakes, 0);
	assert_true(loop_now() - start < 200);
	run_watch_remove(other.waiter);
}

static void
all_who_wait_for_one_run_are_woken(void **state)
{
	Waiting first;
	Waiting second;

	add(&first, RUN, 0);
	add(&second, RUN, 1);
	run_watch_tell(watch, RUN);
	loop_run();
	assert_int_equal(second.wakes, 1);
	assert_int_equal(first.wakes, 1);
	run_watch_remove(first.waiter);
}

static void
a_run_told_of_before_wakes_at_once(void **state)
{
	Waiting late;
	uint64_t start = loop_now();

	run_watch_tell(watch, RUN);
	add(&late, RUN, 1);
	assert_int_equal(late.wakes, 0);
	loop_run();
	assert_int_equal(late.wakes, 1);
	assert_true(loop_now() - start < 200);
}

static void
a_waiter_looks_again_without_a_reason(void **state)
{
	Waiting waiting;
	uint64_t start = loop_now();

	add(&waiting, RUN, 2);
	loop_run();
	assert_int_equal(waiting.wakes, 2);
	assert_true(loop_now() - start >= 500);
}

static void
telling_all_wakes_all(void **state)
{
	Waiting first;
	Waiting second;

	add(&first, RUN, 0);
	add(&second, OTHER, 1);
	run_watch_tell_all(watch);
	loop_run();
	assert_int_equal(first.wakes, 1);
	assert_int_equal(second.wakes, 1);
	run_watch_remove(first.waiter);
}

static void
telling_of_a_run_nobody_waits_for_is_fine(void **state)
{
	for (int i = 0; i < 20000; i++)
	{
		char run_id[64];

		snprintf(run_id, sizeof(run_id), "01890000-0000-7000-8000-%012d", i);
		run_watch_tell(watch, run_id);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(telling_wakes_the_one_who_waits),
		TEST(all_who_wait_for_one_run_are_woken),
		TEST(a_run_told_of_before_wakes_at_once),
		TEST(a_waiter_looks_again_without_a_reason),
		TEST(telling_all_wakes_all),
		TEST(telling_of_a_run_nobody_waits_for_is_fine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
