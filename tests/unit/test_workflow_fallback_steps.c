/*
 * test_workflow_fallback_steps.c
 *		Chains of fallbacks: their heads, their ends, and the order they run in.
 *
 * needs: extension/workflow_fallback_steps.c
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "workflow_fallback_steps.h"

#define NONE WORKFLOW_NO_STEP

static void
assert_ordinals(const int *found, const int *expected, int count)
{
	for (int i = 0; i < count; i++)
		assert_int_equal(found[i], expected[i]);
}

/* What is made is freed with the process: the server frees contexts, not it. */
static void
without_fallbacks_each_step_is_a_chain_in_list_order(void **state)
{
	WorkflowFallbackSteps *steps = workflow_fallback_steps_create(3);

	workflow_fallback_steps_chain(steps);
	assert_ordinals(steps->head, (int[]){0, 1, 2}, 3);
	assert_ordinals(steps->last, (int[]){0, 1, 2}, 3);
	assert_ordinals(steps->order, (int[]){0, 1, 2}, 3);
	assert_false(workflow_fallback_steps_has(steps, 0));
}

static void
a_fallback_runs_right_after_the_step_it_stands_for(void **state)
{
	WorkflowFallbackSteps *steps = workflow_fallback_steps_create(5);

	/* 0 -> 3 -> 1, and 2 -> 4 */
	assert_true(workflow_fallback_steps_set(steps, 0, 3));
	assert_true(workflow_fallback_steps_set(steps, 3, 1));
	assert_true(workflow_fallback_steps_set(steps, 2, 4));
	workflow_fallback_steps_chain(steps);
	assert_ordinals(steps->order, (int[]){0, 3, 1, 2, 4}, 5);
	assert_ordinals(steps->place, (int[]){0, 2, 3, 1, 4}, 5);
	assert_ordinals(steps->head, (int[]){0, 0, 2, 0, 2}, 5);
	assert_ordinals(steps->last, (int[]){1, 1, 4, 1, 4}, 5);
	assert_ordinals(steps->stands_for, (int[]){NONE, 3, NONE, 0, 2}, 5);
	assert_true(workflow_fallback_steps_has(steps, 1));
	assert_false(workflow_fallback_steps_has(steps, 2));
}

static void
a_step_stands_for_one_other_only(void **state)
{
	WorkflowFallbackSteps *steps = workflow_fallback_steps_create(3);

	assert_true(workflow_fallback_steps_set(steps, 0, 2));
	assert_false(workflow_fallback_steps_set(steps, 1, 2));
	assert_int_equal(steps->fallback[1], NONE);
	assert_int_equal(steps->stands_for[2], 0);
}

static void
a_loop_of_fallbacks_is_in_no_chain(void **state)
{
	WorkflowFallbackSteps *steps = workflow_fallback_steps_create(4);

	assert_true(workflow_fallback_steps_set(steps, 1, 2));
	assert_true(workflow_fallback_steps_set(steps, 2, 1));
	workflow_fallback_steps_chain(steps);
	assert_ordinals(steps->head, (int[]){0, NONE, NONE, 3}, 4);
	assert_ordinals(steps->place, (int[]){0, NONE, NONE, 1}, 4);
	assert_ordinals(steps->order, (int[]){0, 3, NONE, NONE}, 4);
}

static void
a_chain_of_all_steps_backwards_is_walked_once(void **state)
{
	enum
	{
		COUNT = 100000
	};
	WorkflowFallbackSteps *steps = workflow_fallback_steps_create(COUNT);

	for (int i = COUNT - 1; i > 0; i--)
		assert_true(workflow_fallback_steps_set(steps, i, i - 1));
	workflow_fallback_steps_chain(steps);
	for (int i = 0; i < COUNT; i++)
	{
		assert_int_equal(steps->head[i], COUNT - 1);
		assert_int_equal(steps->last[i], 0);
		assert_int_equal(steps->order[i], COUNT - 1 - i);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_fallbacks_each_step_is_a_chain_in_list_order),
		cmocka_unit_test(a_fallback_runs_right_after_the_step_it_stands_for),
		cmocka_unit_test(a_step_stands_for_one_other_only),
		cmocka_unit_test(a_loop_of_fallbacks_is_in_no_chain),
		cmocka_unit_test(a_chain_of_all_steps_backwards_is_walked_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
