/*
 * test_run_state.c
 *		The moves of a run by hand, every move there is not, hostile bytes, and
 *		random runs beside a reference interpreter.
 *
 * The random runs come from a seed that every failure prints; give it again as
 * RUN_STATE_SEED to see the same ones, and RUN_STATE_RUNS for another number.
 *
 * needs: extension/run_state.c extension/run_state_bytes.c extension/run_state_task.c extension/run_state_fan.c
 * needs: extension/run_status.c
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
parse(RunStatus status, const uint8_t *bytes, size_t length)
{
	uint8_t *copy = malloc(length + (length == 0));
	RunState *run = NULL;
	void *memory;
	size_t size;

	if (length > 0)
		memcpy(copy, bytes, length);
	size = run_state_parsed_size(copy, length);
	if (size > 0)
	{
		memory = malloc(size);
		memset(memory, 0xCD, size);
		run = run_state_parse(memory, status, copy, length);
		if (run == NULL)
			free(memory);
	}
	free(copy);
	return run;
}

/* As a turn does: from bytes, one or more moves, to bytes. */
static RunState *
print_and_parse(RunState *run)
{
	size_t size = run_state_printed_size(run);
	uint8_t *bytes = malloc(size);
	RunState *copy;

	run_state_print(run, bytes);
	copy = parse(run_state_status(run), bytes, size);
	assert_non_null(copy);
	assert_int_equal(run_state_printed_size(copy), size);
	free(bytes);
	free(run);
	return copy;
}

/* A begun run whose steps wait for nothing, the first in the given state. */
static RunState *
make_run_in(StepState state, const TestShape *test)
{
	RunState *run = make_run(test->shape.step_count);
	int slots[MAX_STEPS];
	ReadySlots ready = {.slots = slots};

	if (state == STEP_WAITING)
		return run;
	assert_true(run_state_begin(run, &test->shape, &ready));
	if (state == STEP_READY)
		return run;
	if (state == STEP_PARKED)
	{
		assert_true(run_state_park(run, 0, NOW));
		return run;
	}
	if (state == STEP_SKIPPED)
	{
		assert_true(
			run_state_settle(run, &test->shape, 0, STEP_SKIPPED, &ready));
		return run;
	}
	assert_true(run_state_hand_out(run, 0, EPOCH, NOW));
	if (state == STEP_SUCCESS)
		assert_true(
			run_state_settle(run, &test->shape, 0, STEP_SUCCESS, &ready));
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
	ReadySlots ready = {0};

	assert_true(run_state_begin(run, &test->shape, &ready));
	assert_int_equal(ready.count, 0);
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
	int slots[MAX_STEPS];
	ReadySlots ready = {.slots = slots};

	assert_true(run_state_begin(run, &test->shape, &ready));
	for (int i = 0; i < 3; i++)
	{
		assert_int_equal(ready.count, 1);
		assert_int_equal(ready.slots[0], i);
		assert_true(run_state_hand_out(run, i, EPOCH, NOW));
		assert_int_equal(run_state_status(run), RUN_RUNNING);
		assert_true(
			run_state_settle(run, &test->shape, i, STEP_SUCCESS, &ready));
	}
	assert_int_equal(ready.count, 0);
	assert_int_equal(run_state_status(run), RUN_SUCCESS);
	free(run);
	free(test);
}

static void
a_run_begins_once(void **state)
{
	TestShape *test = make_chain(2);
	RunState *run = make_run(2);
	int slots[MAX_STEPS];
	ReadySlots ready = {.slots = slots};

	assert_true(run_state_begin(run, &test->shape, &ready));
	assert_false(run_state_begin(run, &test->shape, &ready));
	assert_int_equal(ready.count, 0);
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
		GIVE_BACK = 32,
		SKIP = 64,
		PARK = 128,
		SET_ASIDE = 256,
		TAKE_UP = 512
	};
	static const struct
	{
		StepState from;
		int moves;
	} cases[] = {
		{STEP_WAITING, 0},
		{STEP_READY, HAND_OUT | SUCCEED | FAIL | SKIP | PARK},
		{STEP_RUNNING, SUCCEED | FAIL | SLEEP | GIVE_BACK | SET_ASIDE},
		{STEP_SLEEPING, WAKE},
		{STEP_PARKED, SUCCEED | FAIL | SLEEP | TAKE_UP},
		{STEP_SKIPPED, 0},
		{STEP_SUCCESS, 0},
		{STEP_FAILED, 0},
		{STEP_CANCELLED, 0},
	};
	TestShape *test = calloc(1, sizeof(*test));

	finish_shape(test, 2);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		for (int move = HAND_OUT; move <= TAKE_UP; move *= 2)
		{
			RunState *run = make_run_in(cases[i].from, test);
			size_t size = run_state_printed_size(run);
			uint8_t before[64];
			uint8_t after[64];
			int slots[MAX_STEPS];
			ReadySlots ready = {.slots = slots};
			bool moved = false;

			run_state_print(run, before);
			switch (move)
			{
				case HAND_OUT:
					moved = run_state_hand_out(run, 0, EPOCH, NOW);
					break;
				case SUCCEED:
					moved = run_state_settle(
						run, &test->shape, 0, STEP_SUCCESS, &ready);
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
				case SKIP:
					moved = run_state_settle(
						run, &test->shape, 0, STEP_SKIPPED, &ready);
					break;
				case PARK:
					moved = run_state_park(run, 0, NOW);
					break;
				case SET_ASIDE:
					moved = run_state_set_aside(run, 0);
					break;
				case TAKE_UP:
					moved = run_state_take_up(run, 0);
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

/* Another worker goes on with it, and it began when it began. */
static void
an_attempt_that_was_set_aside_goes_on(void **state)
{
	TestShape *test = make_chain(1);
	RunState *run = make_run_in(STEP_RUNNING, test);
	int slots[MAX_STEPS];
	ReadySlots ready = {.slots = slots};

	assert_true(run_state_set_aside(run, 0));
	run = print_and_parse(run);
	assert_false(run_state_is_held(run, 0, 1, EPOCH));
	assert_int_equal(run_state_find_task(run, 0)->epoch, 0);
	assert_true(run_state_take_up(run, 0));
	run = print_and_parse(run);
	assert_int_equal(run_state_find_task(run, 0)->since, NOW);
	assert_true(run_state_hand_out(run, 0, EPOCH + 1, NOW + 1000));
	assert_int_equal(run_state_find_task(run, 0)->since, NOW);
	assert_true(run_state_is_held(run, 0, 1, EPOCH + 1));
	assert_true(run_state_give_back(run, 0));
	assert_true(run_state_hand_out(run, 0, EPOCH, NOW + 2000));
	assert_int_equal(run_state_find_task(run, 0)->since, NOW + 2000);
	assert_true(run_state_settle(run, &test->shape, 0, STEP_SUCCESS, &ready));
	assert_int_equal(run_state_status(run), RUN_SUCCESS);
	free(run);
	free(test);
}

static void
a_paused_run_hands_nothing_out(void **state)
{
	TestShape *test = make_chain(1);
	RunState *run = make_run_in(STEP_READY, test);

	assert_false(run_state_resume(run));
	assert_true(run_state_pause(run));
	assert_false(run_state_pause(run));
	assert_int_equal(run_state_status(run), RUN_PAUSED);
	assert_false(run_state_hand_out(run, 0, EPOCH, NOW));
	assert_false(run_state_park(run, 0, NOW));
	assert_true(run_state_resume(run));
	assert_true(run_state_hand_out(run, 0, EPOCH, NOW));
	assert_true(run_state_pause(run));
	assert_true(run_state_end(run, RUN_CANCELLED));
	assert_false(run_state_resume(run));
	free(run);
	free(test);
}

/* The items of step 1 of three, in memory that must hold them exactly. */
static RunState *
fan_out(RunState *run, int count, int limit, ReadySlots *ready)
{
	size_t size = run_state_fanned_size(run, count);
	void *memory = malloc(size);
	RunState *fanned;

	memset(memory, 0xEF, size);
	fanned =
		run_state_fan_out(memory, run, &(FanOut){1, count, limit, NOW}, ready);
	assert_non_null(fanned);
	free(run);
	return fanned;
}

static void
items_go_on_so_many_at_once_and_the_step_after_them(void **state)
{
	TestShape *test = make_chain(3);
	RunState *run = make_run_in(STEP_SUCCESS, test);
	int slots[MAX_STEPS];
	ReadySlots ready = {.slots = slots};

	run = fan_out(run, 4, 2, &ready);
	assert_int_equal(ready.count, 2);
	assert_int_equal(run_state_slot_count(run), 7);
	assert_int_equal(run_state_step(run, 1), STEP_PARKED);
	assert_false(run_state_take_up(run, 1));
	for (int done = 0; done < 4; done++)
	{
		const RunFan *fan = run_state_fan_of(run, 1);
		int slot = 3 + done;

		assert_false(run_state_is_fan_done(run, fan));
		assert_ptr_equal(run_state_find_fan(run, slot), fan);
		assert_true(run_state_hand_out(run, slot, EPOCH, NOW));
		assert_true(run_state_settle(run,
		                             &test->shape,
		                             slot,
		                             done == 1 ? STEP_FAILED : STEP_SUCCESS,
		                             &ready));
		assert_int_equal(ready.count, done < 2 ? 1 : 0);
		if (done < 2)
			assert_int_equal(ready.slots[0], slot + 2);
		run = print_and_parse(run);
	}
	assert_true(run_state_is_fan_done(run, run_state_fan_of(run, 1)));
	assert_true(run_state_settle(run, &test->shape, 1, STEP_SUCCESS, &ready));
	assert_int_equal(ready.count, 1);
	assert_int_equal(ready.slots[0], 2);
	free(run);
	free(test);
}

static void
dropped_items_are_over(void **state)
{
	TestShape *test = make_chain(3);
	RunState *run = make_run_in(STEP_SUCCESS, test);
	int slots[MAX_STEPS];
	ReadySlots ready = {.slots = slots};

	run = fan_out(run, 3, 2, &ready);
	assert_true(run_state_hand_out(run, 3, EPOCH, NOW));
	run_state_drop_items(run, run_state_fan_of(run, 1));
	assert_int_equal(run_state_count(run, STEP_CANCELLED), 3);
	assert_false(run_state_is_held(run, 3, 1, EPOCH));
	assert_true(run_state_is_fan_done(run, run_state_fan_of(run, 1)));
	assert_int_equal(run_state_status(run), RUN_RUNNING);
	free(run);
	free(test);
}

/* Whatever bytes say of fans, they are refused or sound. */
static void
bytes_of_damaged_fans_are_refused(void **state)
{
	TestShape *test = make_chain(3);
	RunState *run = make_run_in(STEP_SUCCESS, test);
	int slots[MAX_STEPS];
	ReadySlots ready = {.slots = slots};
	uint8_t bytes[128];
	size_t size;

	run = fan_out(run, 3, 2, &ready);
	size = run_state_printed_size(run);
	run_state_print(run, bytes);
	for (size_t i = 0; i < size; i++)
	{
		for (int value = 0; value < 256; value++)
		{
			uint8_t kept = bytes[i];
			RunState *copy;

			bytes[i] = (uint8_t) value;
			copy = parse(RUN_RUNNING, bytes, size);
			bytes[i] = kept;
			if (copy == NULL)
				continue;
			assert_int_equal(run_state_printed_size(copy), size);
			assert_int_equal(run_state_slot_count(copy), 6);
			free(copy);
		}
	}
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
	copy = parse(RUN_RUNNING, bytes, size);
	assert_non_null(copy);
	assert_true(run_state_is_held(copy, 0, 1, EPOCH));
	assert_int_equal(run_state_find_task(copy, 0)->since, NOW);
	free(copy);
	assert_null(parse(RUN_RUNNING, bytes, 0));
	assert_null(parse(RUN_RUNNING, bytes, size - 1));
	/* A step that runs, and nobody has it. */
	assert_null(parse(RUN_RUNNING, bytes, 7));
	bytes[0] = 2;
	assert_null(parse(RUN_RUNNING, bytes, size));
	bytes[0] = 3;
	assert_null(parse(RUN_RUNNING, bytes, size));
	bytes[0] = 1;
	bytes[5] = STEP_STATE_COUNT;
	assert_null(parse(RUN_RUNNING, bytes, size));
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
	bool was_begun;
	RunStatus end;
} Reference;

static bool
has_ended(StepState step)
{
	return step == STEP_SUCCESS || step == STEP_FAILED ||
	       step == STEP_SKIPPED || step == STEP_CANCELLED;
}

static bool
reference_is_free(const Reference *reference, int step)
{
	for (int i = 0; i < reference->test->shape.step_count; i++)
		if (reference->test->waits[step][i] && !has_ended(reference->steps[i]))
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
		if (has_ended(reference->steps[i]))
			done++;
	}
	if (done < step_count || reference->is_over)
		return;
	reference->is_over = true;
	reference->end = RUN_SUCCESS;
}

static RunStatus
reference_status(const Reference *reference)
{
	if (reference->is_over)
		return reference->end;
	return reference->was_begun ? RUN_RUNNING : RUN_PENDING;
}

static void
reference_end(Reference *reference, RunStatus end)
{
	reference->is_over = true;
	reference->end = end;
	for (int i = 0; i < reference->test->shape.step_count; i++)
		if (!has_ended(reference->steps[i]))
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
check_ready(Reference *reference, const ReadySlots *ready)
{
	int count = 0;
	StepState before[MAX_STEPS];

	memcpy(before, reference->steps, sizeof(before));
	reference_settle(reference);
	for (int i = 0; i < reference->test->shape.step_count; i++)
		if (before[i] == STEP_WAITING && reference->steps[i] == STEP_READY)
		{
			assert_true(count < ready->count);
			assert_int_equal(ready->slots[count++], i);
		}
	assert_int_equal(count, ready->count);
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
		if (step == STEP_RUNNING || step == STEP_SLEEPING ||
		    step == STEP_READY || step == STEP_PARKED)
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

/* The slot ends in a random way on both, without the run failing for it. */
static void
settle_both(RunState *run, Reference *reference, int step)
{
	static const StepState ends[] = {
		STEP_SUCCESS, STEP_SUCCESS, STEP_FAILED, STEP_SKIPPED};
	int slots[MAX_STEPS];
	ReadySlots ready = {.slots = slots};
	StepState *state = &reference->steps[step];
	StepState end = ends[random_below(4)];
	bool may = *state == STEP_READY ||
	           (end != STEP_SKIPPED &&
	            (*state == STEP_RUNNING || *state == STEP_PARKED));

	assert_int_equal(
		run_state_settle(run, &reference->test->shape, step, end, &ready), may);
	if (may)
		*state = end;
	check_ready(reference, &ready);
}

static void
end_both(RunState *run, Reference *reference, int step)
{
	StepState *state = &reference->steps[step];
	bool may =
		*state == STEP_RUNNING || *state == STEP_READY || *state == STEP_PARKED;

	if (random_below(2) == 0)
	{
		assert_int_equal(run_state_end(run, RUN_CANCELLED),
		                 !reference->is_over);
		if (!reference->is_over)
			reference_end(reference, RUN_CANCELLED);
		return;
	}
	assert_int_equal(run_state_fail(run, step), may);
	if (!may)
		return;
	*state = STEP_FAILED;
	reference_end(reference, RUN_FAILED);
}

/* One random move on both; what the run refuses, the reference must too. */
static void
move_both(RunState *run, Reference *reference)
{
	int step = random_below(reference->test->shape.step_count);
	StepState *state = &reference->steps[step];
	StepState from = *state;
	int epoch = 1 + random_below(3);

	switch (random_below(11))
	{
		case 0:
		case 1:
			assert_int_equal(run_state_hand_out(run, step, epoch, NOW),
			                 from == STEP_READY);
			if (from != STEP_READY)
				break;
			*state = STEP_RUNNING;
			reference->epochs[step] = epoch;
			reference->was_begun = true;
			break;
		case 2:
		case 3:
			settle_both(run, reference, step);
			break;
		case 4:
			assert_int_equal(run_state_sleep(run, step, NOW + step),
			                 from == STEP_RUNNING || from == STEP_PARKED);
			if (from != STEP_RUNNING && from != STEP_PARKED)
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
			assert_int_equal(run_state_park(run, step, NOW),
			                 from == STEP_READY);
			if (from != STEP_READY)
				break;
			*state = STEP_PARKED;
			reference->was_begun = true;
			break;
		case 8:
			/* Seldom, or few runs would come to a good end. */
			if (random_below(6) == 0)
				end_both(run, reference, step);
			break;
		case 9:
			assert_int_equal(run_state_set_aside(run, step),
			                 from == STEP_RUNNING);
			if (from == STEP_RUNNING)
				*state = STEP_PARKED;
			break;
		case 10:
			assert_int_equal(run_state_take_up(run, step), from == STEP_PARKED);
			if (from == STEP_PARKED)
				*state = STEP_READY;
			break;
	}
}

static RunStatus
live_one_run(void)
{
	TestShape *test = make_random_shape();
	int step_count = test->shape.step_count;
	Reference reference = {.test = test};
	RunState *run = make_run(step_count);
	int slots[MAX_STEPS];
	ReadySlots ready = {.slots = slots};
	RunStatus end;

	assert_true(run_state_begin(run, &test->shape, &ready));
	check_ready(&reference, &ready);
	check_same(run, &reference);
	for (int i = 0; i < 40 * step_count; i++)
	{
		move_both(run, &reference);
		check_same(run, &reference);
		if (!reference.is_over && random_below(4) == 0)
			run = print_and_parse(run);
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
	int left = runs ? atoi(runs) : 100000;
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
		copy = parse(RUN_RUNNING, bytes, size);
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
	for (StepState i = STEP_WAITING; i <= STEP_PARKED; i++)
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
		cmocka_unit_test(an_attempt_that_was_set_aside_goes_on),
		cmocka_unit_test(a_paused_run_hands_nothing_out),
		cmocka_unit_test(items_go_on_so_many_at_once_and_the_step_after_them),
		cmocka_unit_test(dropped_items_are_over),
		cmocka_unit_test(bytes_of_damaged_fans_are_refused),
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
