/*
 * test_run_state.c
 *		The moves of a run by hand, every move there is not, hostile bytes, and
 *		random runs beside a reference interpreter.
 *
 * The random runs come from a seed that every failure prints; give it again as
 * RUN_STATE_SEED to see the same ones, and RUN_STATE_RUNS for another number.
 *
 * needs: extension/run_state.c extension/run_status.c
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "run_state.h"

#define MAX_STEPS 12
#define EPOCH 7
#define NOW INT64_C(1234567890123)

/* A shape and room for what it points at. */
typedef struct TestShape
{
	RunShape shape;
	int starts[2][MAX_STEPS + 2];
	int edges[2][MAX_STEPS * MAX_STEPS];
	bool waits[MAX_STEPS][MAX_STEPS]; /* [after][before] */
} TestShape;

static void
finish_shape(TestShape *test, int step_count)
{
	int counts[2] = {0, 0};

	for (int i = 0; i < step_count; i++)
	{
		test->starts[0][i] = counts[0];
		test->starts[1][i] = counts[1];
		for (int j = 0; j < step_count; j++)
		{
			if (test->waits[i][j])
				test->edges[0][counts[0]++] = j;
			if (test->waits[j][i])
				test->edges[1][counts[1]++] = j;
		}
	}
	test->starts[0][step_count] = counts[0];
	test->starts[1][step_count] = counts[1];
	test->shape = (RunShape){step_count,
	                         test->starts[0],
	                         test->edges[0],
	                         test->starts[1],
	                         test->edges[1]};
}

static TestShape *
make_chain(int step_count)
{
	TestShape *test = calloc(1, sizeof(*test));

	for (int i = 1; i < step_count; i++)
		test->waits[i][i - 1] = true;
	finish_shape(test, step_count);
	return test;
}

/* In memory of exactly the promised size, so that ASan sees a byte more. */
static RunState *
make_run(int step_count)
{
	void *memory = malloc(run_state_size(step_count));

	memset(memory, 0xAB, run_state_size(step_count));
	return run_state_init(memory, step_count);
}

static RunState *
parse(int step_count, RunStatus status, const uint8_t *bytes, size_t length)
{
	void *memory = malloc(run_state_size(step_count));
	uint8_t *copy = malloc(length + (length == 0));
	RunState *run;

	memset(memory, 0xCD, run_state_size(step_count));
	if (length > 0)
		memcpy(copy, bytes, length);
	run = run_state_parse(memory, step_count, status, copy, length);
	free(copy);
	if (run == NULL)
		free(memory);
	return run;
}

/* A begun run whose steps wait for nothing, the first in the given state. */
static RunState *
make_run_in(StepState state, const TestShape *test)
{
	RunState *run = make_run(test->shape.step_count);
	int ready[MAX_STEPS];
	int count;

	if (state == STEP_WAITING)
		return run;
	assert_true(run_state_begin(run, &test->shape, ready, &count));
	if (state == STEP_READY)
		return run;
	assert_true(run_state_hand_out(run, 0, EPOCH, NOW));
	if (state == STEP_SUCCESS)
		assert_true(run_state_succeed(run, &test->shape, 0, ready, &count));
	if (state == STEP_FAILED)
		assert_true(run_state_fail(run, 0));
	if (state == STEP_SLEEPING)
		assert_true(run_state_sleep(run, 0, NOW));
	if (state == STEP_CANCELLED)
		assert_true(run_state_end(run, RUN_CANCELLED));
	return run;
}

static void
a_run_without_steps_succeeds_at_once(void **state)
{
	TestShape *test = make_chain(0);
	RunState *run = make_run(0);
	int count;

	assert_true(run_state_begin(run, &test->shape, NULL, &count));
	assert_int_equal(count, 0);
	assert_int_equal(run_state_status(run), RUN_SUCCESS);
	assert_false(run_state_end(run, RUN_CANCELLED));
	free(run);
	free(test);
}

static void
a_chain_readies_one_step_after_the_other(void **state)
{
	TestShape *test = make_chain(3);
	RunState *run = make_run(3);
	int ready[MAX_STEPS];
	int count;

	assert_true(run_state_begin(run, &test->shape, ready, &count));
	for (int i = 0; i < 3; i++)
	{
		assert_int_equal(count, 1);
		assert_int_equal(ready[0], i);
		assert_true(run_state_hand_out(run, i, EPOCH, NOW));
		assert_int_equal(run_state_status(run), RUN_RUNNING);
		assert_true(run_state_succeed(run, &test->shape, i, ready, &count));
	}
	assert_int_equal(count, 0);
	assert_int_equal(run_state_status(run), RUN_SUCCESS);
	free(run);
	free(test);
}

static void
a_run_begins_once(void **state)
{
	TestShape *test = make_chain(2);
	RunState *run = make_run(2);
	int ready[MAX_STEPS];
	int count;

	assert_true(run_state_begin(run, &test->shape, ready, &count));
	assert_false(run_state_begin(run, &test->shape, ready, &count));
	assert_int_equal(count, 0);
	free(run);
	free(test);
}

/* Which moves a step in each state has: the rest must be refused. */
static void
no_move_is_taken_that_the_table_does_not_have(void **state)
{
	enum
	{
		HAND_OUT = 1,
		SUCCEED = 2,
		FAIL = 4,
		SLEEP = 8,
		WAKE = 16,
		GIVE_BACK = 32
	};
	static const struct
	{
		StepState from;
		int moves;
	} cases[] = {
		{STEP_WAITING, 0},
		{STEP_READY, HAND_OUT | FAIL},
		{STEP_RUNNING, SUCCEED | FAIL | SLEEP | GIVE_BACK},
		{STEP_SLEEPING, WAKE},
		{STEP_SUCCESS, 0},
		{STEP_FAILED, 0},
		{STEP_CANCELLED, 0},
	};
	TestShape *test = calloc(1, sizeof(*test));

	finish_shape(test, 2);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		for (int move = HAND_OUT; move <= GIVE_BACK; move *= 2)
		{
			RunState *run = make_run_in(cases[i].from, test);
			size_t size = run_state_printed_size(run);
			uint8_t before[64];
			uint8_t after[64];
			int ready[MAX_STEPS];
			int count;
			bool moved = false;

			run_state_print(run, before);
			switch (move)
			{
				case HAND_OUT:
					moved = run_state_hand_out(run, 0, EPOCH, NOW);
					break;
				case SUCCEED:
					moved =
						run_state_succeed(run, &test->shape, 0, ready, &count);
					break;
				case FAIL:
					moved = run_state_fail(run, 0);
					break;
				case SLEEP:
					moved = run_state_sleep(run, 0, NOW);
					break;
				case WAKE:
					moved = run_state_wake(run, 0);
					break;
				case GIVE_BACK:
					moved = run_state_give_back(run, 0);
					break;
			}
			assert_int_equal(moved, (cases[i].moves & move) != 0);
			if (!moved)
			{
				assert_int_equal(run_state_printed_size(run), size);
				run_state_print(run, after);
				assert_memory_equal(before, after, size);
			}
			free(run);
		}
	}
	free(test);
}

static void
a_paused_run_hands_nothing_out(void **state)
{
	TestShape *test = make_chain(1);
	RunState *run = make_run_in(STEP_READY, test);
	uint8_t bytes[64];
	RunState *paused;

	run_state_print(run, bytes);
	paused = parse(1, RUN_PAUSED, bytes, run_state_printed_size(run));
	assert_non_null(paused);
	assert_false(run_state_hand_out(paused, 0, EPOCH, NOW));
	assert_true(run_state_end(paused, RUN_CANCELLED));
	free(paused);
	free(run);
	free(test);
}

static void
an_ended_run_stays_ended(void **state)
{
	TestShape *test = make_chain(2);

	for (RunStatus end = RUN_PENDING; end <= RUN_CANCELLED; end++)
	{
		RunState *run = make_run_in(STEP_RUNNING, test);
		bool may = end == RUN_FAILED || end == RUN_CANCELLED;

		assert_int_equal(run_state_end(run, end), may);
		if (may)
		{
			assert_int_equal(run_state_status(run), end);
			assert_int_equal(run_state_count(run, STEP_CANCELLED), 2);
			assert_int_equal(run_state_task_count(run), 0);
			assert_false(run_state_end(run, RUN_FAILED));
			assert_false(run_state_end(run, RUN_CANCELLED));
		}
		free(run);
	}
	free(test);
}

static void
a_failed_step_ends_the_run_and_cancels_the_others(void **state)
{
	TestShape *test = calloc(1, sizeof(*test));
	RunState *run;

	finish_shape(test, 3);
	run = make_run_in(STEP_RUNNING, test);
	assert_true(run_state_hand_out(run, 1, EPOCH, NOW));
	assert_true(run_state_fail(run, 1));
	assert_int_equal(run_state_status(run), RUN_FAILED);
	assert_int_equal(run_state_step(run, 0), STEP_CANCELLED);
	assert_int_equal(run_state_step(run, 1), STEP_FAILED);
	assert_int_equal(run_state_step(run, 2), STEP_CANCELLED);
	free(run);
	free(test);
}

static void
only_the_holder_of_the_attempt_holds_it(void **state)
{
	TestShape *test = make_chain(1);
	RunState *run = make_run_in(STEP_RUNNING, test);

	assert_true(run_state_is_held(run, 0, 1, EPOCH));
	assert_false(run_state_is_held(run, 0, 2, EPOCH));
	assert_false(run_state_is_held(run, 0, 1, EPOCH + 1));
	assert_true(run_state_give_back(run, 0));
	assert_false(run_state_is_held(run, 0, 1, EPOCH));
	assert_int_equal(run_state_attempt(run, 0), 2);
	assert_true(run_state_hand_out(run, 0, EPOCH + 1, NOW));
	assert_false(run_state_is_held(run, 0, 1, EPOCH));
	assert_false(run_state_is_held(run, 0, 2, EPOCH));
	assert_true(run_state_is_held(run, 0, 2, EPOCH + 1));
	free(run);
	free(test);
}

static void
bytes_of_another_shape_are_refused(void **state)
{
	TestShape *test = make_chain(2);
	RunState *run = make_run_in(STEP_RUNNING, test);
	uint8_t bytes[64];
	size_t size = run_state_printed_size(run);
	RunState *copy;

	run_state_print(run, bytes);
	copy = parse(2, RUN_RUNNING, bytes, size);
	assert_non_null(copy);
	assert_true(run_state_is_held(copy, 0, 1, EPOCH));
	assert_int_equal(run_state_find_task(copy, 0)->since, NOW);
	free(copy);
	assert_null(parse(2, RUN_RUNNING, bytes, 0));
	assert_null(parse(2, RUN_RUNNING, bytes, size - 1));
	assert_null(parse(1, RUN_RUNNING, bytes, size));
	assert_null(parse(3, RUN_RUNNING, bytes, size));
	/* A step that runs, and nobody has it. */
	assert_null(parse(2, RUN_RUNNING, bytes, 7));
	bytes[0] = 2;
	assert_null(parse(2, RUN_RUNNING, bytes, size));
	bytes[0] = 1;
	assert_int_equal(run_state_find_step_count(bytes, size), 2);
	assert_int_equal(run_state_find_step_count(bytes, 6), -1);
	bytes[5] = STEP_STATE_COUNT;
	assert_null(parse(2, RUN_RUNNING, bytes, size));
	free(run);
	free(test);
}

/*
 * The reference: what the words of the states mean, with nothing kept that can
 * be worked out anew.
 */
typedef struct Reference
{
	const TestShape *test;
	StepState steps[MAX_STEPS];
	int attempts[MAX_STEPS];
	int epochs[MAX_STEPS];
	bool is_over;
	bool was_handed_out;
} Reference;

static bool
reference_is_free(const Reference *reference, int step)
{
	for (int i = 0; i < reference->test->shape.step_count; i++)
		if (reference->test->waits[step][i] &&
		    reference->steps[i] != STEP_SUCCESS)
			return false;
	return true;
}

static void
reference_settle(Reference *reference)
{
	int step_count = reference->test->shape.step_count;
	int done = 0;

	for (int i = 0; i < step_count; i++)
	{
		if (reference->steps[i] == STEP_WAITING &&
		    reference_is_free(reference, i))
			reference->steps[i] = STEP_READY;
		if (reference->steps[i] == STEP_SUCCESS)
			done++;
	}
	if (done == step_count)
		reference->is_over = true;
}

static RunStatus
reference_status(const Reference *reference)
{
	int step_count = reference->test->shape.step_count;

	if (!reference->is_over)
		return reference->was_handed_out ? RUN_RUNNING : RUN_PENDING;
	for (int i = 0; i < step_count; i++)
		if (reference->steps[i] == STEP_FAILED)
			return RUN_FAILED;
	for (int i = 0; i < step_count; i++)
		if (reference->steps[i] == STEP_CANCELLED)
			return RUN_CANCELLED;
	return RUN_SUCCESS;
}

static void
reference_end(Reference *reference)
{
	reference->is_over = true;
	for (int i = 0; i < reference->test->shape.step_count; i++)
		if (reference->steps[i] != STEP_SUCCESS &&
		    reference->steps[i] != STEP_FAILED)
			reference->steps[i] = STEP_CANCELLED;
}

static uint64_t random_word;

static int
random_below(int limit)
{
	random_word ^= random_word << 13;
	random_word ^= random_word >> 7;
	random_word ^= random_word << 17;
	return (int) ((random_word >> 11) % (uint64_t) limit);
}

static TestShape *
make_random_shape(void)
{
	TestShape *test = calloc(1, sizeof(*test));
	int step_count = random_below(MAX_STEPS + 1);
	int density = 1 + random_below(6);

	for (int i = 0; i < step_count; i++)
		for (int j = 0; j < i; j++)
			test->waits[i][j] = random_below(8) < density;
	finish_shape(test, step_count);
	return test;
}

static void
check_ready(Reference *reference, const int *ready, int count)
{
	StepState before[MAX_STEPS];

	memcpy(before, reference->steps, sizeof(before));
	reference_settle(reference);
	for (int i = 0; i < reference->test->shape.step_count; i++)
		if (before[i] == STEP_WAITING && reference->steps[i] == STEP_READY)
		{
			assert_true(count > 0);
			assert_int_equal(*ready++, i);
			count--;
		}
	assert_int_equal(count, 0);
}

static void
check_same(const RunState *run, const Reference *reference)
{
	int counts[STEP_STATE_COUNT] = {0};

	assert_int_equal(run_state_status(run), reference_status(reference));
	for (int i = 0; i < reference->test->shape.step_count; i++)
	{
		StepState step = reference->steps[i];

		counts[step]++;
		assert_int_equal(run_state_step(run, i), step);
		if (step == STEP_RUNNING || step == STEP_SLEEPING || step == STEP_READY)
			assert_int_equal(run_state_attempt(run, i),
			                 reference->attempts[i] + 1);
		assert_int_equal(
			run_state_is_held(
				run, i, reference->attempts[i] + 1, reference->epochs[i]),
			step == STEP_RUNNING);
	}
	for (int i = 0; i < STEP_STATE_COUNT; i++)
		assert_int_equal(run_state_count(run, (StepState) i), counts[i]);
}

/* One random move on both; what the run refuses, the reference must too. */
static void
move_both(RunState *run, Reference *reference)
{
	int step = random_below(reference->test->shape.step_count);
	StepState *state = &reference->steps[step];
	StepState from = *state;
	int ready[MAX_STEPS];
	int count = 0;
	int epoch = 1 + random_below(3);

	switch (random_below(8))
	{
		case 0:
		case 1:
			assert_int_equal(run_state_hand_out(run, step, epoch, NOW),
			                 from == STEP_READY);
			if (from != STEP_READY)
				break;
			*state = STEP_RUNNING;
			reference->epochs[step] = epoch;
			reference->was_handed_out = true;
			break;
		case 2:
		case 3:
			assert_int_equal(
				run_state_succeed(
					run, &reference->test->shape, step, ready, &count),
				from == STEP_RUNNING);
			if (from == STEP_RUNNING)
				*state = STEP_SUCCESS;
			check_ready(reference, ready, count);
			break;
		case 4:
			assert_int_equal(run_state_sleep(run, step, NOW + step),
			                 from == STEP_RUNNING);
			if (from != STEP_RUNNING)
				break;
			*state = STEP_SLEEPING;
			reference->attempts[step]++;
			break;
		case 5:
			assert_int_equal(run_state_wake(run, step), from == STEP_SLEEPING);
			if (from == STEP_SLEEPING)
				*state = STEP_READY;
			break;
		case 6:
			assert_int_equal(run_state_give_back(run, step),
			                 from == STEP_RUNNING);
			if (from != STEP_RUNNING)
				break;
			*state = STEP_READY;
			reference->attempts[step]++;
			break;
		case 7:
			/* Seldom, or few runs would come to a good end. */
			if (random_below(6) != 0)
				break;
			if (random_below(2) == 0)
			{
				assert_int_equal(run_state_end(run, RUN_CANCELLED),
				                 !reference->is_over);
				if (!reference->is_over)
					reference_end(reference);
				break;
			}
			assert_int_equal(run_state_fail(run, step),
			                 from == STEP_RUNNING || from == STEP_READY);
			if (from != STEP_RUNNING && from != STEP_READY)
				break;
			*state = STEP_FAILED;
			reference_end(reference);
			break;
	}
}

/* As a turn does: from bytes, one or more moves, to bytes. */
static RunState *
print_and_parse(RunState *run, int step_count)
{
	size_t size = run_state_printed_size(run);
	uint8_t *bytes = malloc(size);
	RunState *copy;

	run_state_print(run, bytes);
	copy = parse(step_count, run_state_status(run), bytes, size);
	assert_non_null(copy);
	assert_int_equal(run_state_printed_size(copy), size);
	free(bytes);
	free(run);
	return copy;
}

static RunStatus
live_one_run(void)
{
	TestShape *test = make_random_shape();
	int step_count = test->shape.step_count;
	Reference reference = {.test = test};
	RunState *run = make_run(step_count);
	int ready[MAX_STEPS];
	int count;
	RunStatus end;

	assert_true(run_state_begin(run, &test->shape, ready, &count));
	check_ready(&reference, ready, count);
	check_same(run, &reference);
	for (int i = 0; i < 40 * step_count; i++)
	{
		move_both(run, &reference);
		check_same(run, &reference);
		if (!reference.is_over && random_below(4) == 0)
			run = print_and_parse(run, step_count);
	}
	end = run_state_status(run);
	free(run);
	free(test);
	return end;
}

static void
random_runs_do_as_the_reference_does(void **state)
{
	const char *given = getenv("RUN_STATE_SEED");
	const char *runs = getenv("RUN_STATE_RUNS");
	uint64_t seed = given ? strtoull(given, NULL, 10) : (uint64_t) time(NULL);
	int left = runs ? atoi(runs) : 10000;
	int ends[RUN_STATUS_COUNT] = {0};

	/* A failure leaves by longjmp, so the seed is said beforehand. */
	print_message("RUN_STATE_SEED=%llu\n", (unsigned long long) seed);
	random_word = seed * UINT64_C(0x9E3779B97F4A7C15) | 1;
	for (int i = 0; i < left; i++)
		ends[live_one_run()]++;
	/* Each of the three ends is often come to, or this test tests little. */
	assert_true(ends[RUN_SUCCESS] > left / 20);
	assert_true(ends[RUN_FAILED] > left / 20);
	assert_true(ends[RUN_CANCELLED] > left / 20);
}

/* Bytes with one bit turned parse to nothing, or to a state that prints so. */
static void
hostile_bytes_never_break_the_promises(void **state)
{
	TestShape *test = calloc(1, sizeof(*test));
	RunState *run;
	uint8_t bytes[256];
	size_t size;

	finish_shape(test, 4);
	run = make_run_in(STEP_SLEEPING, test);
	assert_true(run_state_hand_out(run, 2, EPOCH, NOW));
	assert_true(run_state_hand_out(run, 3, EPOCH, NOW));
	assert_true(run_state_give_back(run, 3));
	size = run_state_printed_size(run);
	assert_true(size <= sizeof(bytes));
	run_state_print(run, bytes);
	for (size_t bit = 0; bit < size * 8; bit++)
	{
		RunState *copy;
		uint8_t again[256];

		bytes[bit / 8] ^= (uint8_t) (1 << bit % 8);
		copy = parse(4, RUN_RUNNING, bytes, size);
		if (copy != NULL)
		{
			assert_int_equal(run_state_printed_size(copy), size);
			run_state_print(copy, again);
			assert_memory_equal(again, bytes, size);
			free(copy);
		}
		bytes[bit / 8] ^= (uint8_t) (1 << bit % 8);
	}
	free(run);
	free(test);
}

static void
words_are_found_by_name(void **state)
{
	RunStatus status;
	StepState step;

	for (RunStatus i = RUN_PENDING; i <= RUN_CANCELLED; i++)
	{
		assert_true(run_status_find(run_status_name(i), &status));
		assert_int_equal(status, i);
		assert_int_equal(run_status_is_end(i), i >= RUN_SUCCESS);
	}
	for (StepState i = STEP_WAITING; i <= STEP_CANCELLED; i++)
	{
		assert_true(step_state_find(step_state_name(i), &step));
		assert_int_equal(step, i);
	}
	assert_false(run_status_find("success", &status));
	assert_false(step_state_find("", &step));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_run_without_steps_succeeds_at_once),
		cmocka_unit_test(a_chain_readies_one_step_after_the_other),
		cmocka_unit_test(a_run_begins_once),
		cmocka_unit_test(no_move_is_taken_that_the_table_does_not_have),
		cmocka_unit_test(a_paused_run_hands_nothing_out),
		cmocka_unit_test(an_ended_run_stays_ended),
		cmocka_unit_test(a_failed_step_ends_the_run_and_cancels_the_others),
		cmocka_unit_test(only_the_holder_of_the_attempt_holds_it),
		cmocka_unit_test(bytes_of_another_shape_are_refused),
		cmocka_unit_test(hostile_bytes_never_break_the_promises),
		cmocka_unit_test(words_are_found_by_name),
		cmocka_unit_test(random_runs_do_as_the_reference_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
