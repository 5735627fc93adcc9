/*
 * test_problem_text.c
 *		What strangers read of an error, and what not.
 *
 * needs: daemon/problem_text.c daemon/arena.c daemon/memory.c daemon/status.c
 * links: -ljansson
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "problem_text.h"

#define SECRET "relation \"mcp.live_runs\" on host db7"

static void
assert_text(Status status, const char *sqlstate, const char *body,
            const char *expected)
{
	Arena *arena = arena_create();
	Error error;

	error_set(&error, status, "%s", SECRET);
	error_copy_text(error.sqlstate, sizeof(error.sqlstate), sqlstate);
	assert_string_equal(problem_text(arena, &error, body, strlen(body)),
	                    expected);
	arena_destroy(arena);
}

static void
words_of_our_rules_go_out(void **state)
{
	assert_text(STATUS_RULE, "MC001", "{}", SECRET);
	assert_text(STATUS_NOT_FOUND, "MC020", "{}", SECRET);
	assert_text(STATUS_CONFLICT, "MC010", "{}", SECRET);
	assert_text(STATUS_INVALID, "22023", "{}", SECRET);
}

static void
words_of_the_server_stay_in(void **state)
{
	static const Status kinds[] = {STATUS_DENIED,
	                               STATUS_MISSING,
	                               STATUS_UNAVAILABLE,
	                               STATUS_INTERNAL,
	                               STATUS_INVALID};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
	{
		Arena *arena = arena_create();
		Error error;

		error_set(&error, kinds[i], "%s", SECRET);
		error_copy_text(error.hint, sizeof(error.hint), SECRET);
		error_copy_text(error.sqlstate, sizeof(error.sqlstate), "22P99");
		assert_null(strstr(problem_text(arena, &error, "", 0), "live_runs"));
		assert_string_equal(problem_text_hint(&error), "");
		arena_destroy(arena);
	}
}

static void
broken_json_is_told_with_its_place(void **state)
{
	assert_text(STATUS_INVALID,
	            "22P02",
	            "{\"a\":\n 1,}",
	            "the body is not JSON: line 2, column 4");
	assert_text(
		STATUS_INVALID, "22P02", "", "the body is empty, and should be JSON");
	assert_text(STATUS_INVALID,
	            "22P02",
	            "{}",
	            "the body is not JSON as PostgreSQL reads it");
	assert_text(STATUS_INVALID, "54001", "[", "the body is nested too deeply");
}

static void
hints_of_our_rules_go_out(void **state)
{
	Error error;

	error_set(&error, STATUS_CONFLICT, "in use");
	error_copy_text(error.hint, sizeof(error.hint), "Delete it first.");
	assert_string_equal(problem_text_hint(&error), "Delete it first.");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_of_our_rules_go_out),
		cmocka_unit_test(words_of_the_server_stay_in),
		cmocka_unit_test(broken_json_is_told_with_its_place),
		cmocka_unit_test(hints_of_our_rules_go_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
