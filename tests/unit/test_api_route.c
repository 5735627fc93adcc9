/*
 * test_api_route.c
 *		Paths to routes: parameters, slashes, order, and what is allowed.
 *
 * needs: daemon/api_route.c daemon/api_id.c daemon/arena.c daemon/memory.c
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "api_id.h"
#include "api_route.h"

static void
never_called(ApiRequest *request)
{
}

static const ApiRoute special[] = {
	{HTTP_GET, "things/all", API_KNOWN, never_called},
	{HTTP_OTHER, NULL, API_KNOWN, NULL},
};

static const ApiRoute things[] = {
	{HTTP_GET, "things", API_KNOWN, never_called},
	{HTTP_POST, "things", API_KNOWN, never_called},
	{HTTP_GET, "things/*", API_KNOWN, never_called},
	{HTTP_DELETE, "things/*", API_KNOWN, never_called},
	{HTTP_GET, "things/*/parts/*", API_KNOWN, never_called},
	{HTTP_OTHER, NULL, API_KNOWN, NULL},
};

static const ApiRoute *const tables[] = {special, things, NULL};

static int
set_up(void **state)
{
	*state = arena_create();
	return 0;
}

static int
tear_down(void **state)
{
	arena_destroy(*state);
	return 0;
}

static const char *
pattern_of(Arena *arena, HttpMethod method, const char *path, ApiMatch *match)
{
	api_route_find(tables, method, path, arena, match);
	return match->route ? match->route->pattern : "";
}

static void
a_path_leads_to_its_route(void **state)
{
	ApiMatch match;

	assert_string_equal(pattern_of(*state, HTTP_GET, "/things", &match),
	                    "things");
	assert_string_equal(pattern_of(*state, HTTP_GET, "/things/7", &match),
	                    "things/*");
	assert_string_equal(match.parameters[0], "7");
	assert_null(match.parameters[1]);
	assert_string_equal(
		pattern_of(*state, HTTP_GET, "/things/a/parts/b", &match),
		"things/*/parts/*");
	assert_string_equal(match.parameters[0], "a");
	assert_string_equal(match.parameters[1], "b");
}

static void
slashes_more_or_less_make_no_difference(void **state)
{
	ApiMatch match;

	assert_string_equal(pattern_of(*state, HTTP_GET, "/things/", &match),
	                    "things");
	assert_string_equal(pattern_of(*state, HTTP_GET, "/things/7/", &match),
	                    "things/*");
	assert_string_equal(pattern_of(*state, HTTP_GET, "//things//7", &match),
	                    "things/*");
}

static void
the_first_table_has_the_first_say(void **state)
{
	ApiMatch match;

	assert_string_equal(pattern_of(*state, HTTP_GET, "/things/all", &match),
	                    "things/all");
	assert_string_equal(pattern_of(*state, HTTP_DELETE, "/things/all", &match),
	                    "things/*");
}

static void
near_misses_lead_nowhere(void **state)
{
	static const char *const paths[] = {"/",
	                                    "",
	                                    "/thing",
	                                    "/thingss",
	                                    "/Things",
	                                    "/things/a/parts",
	                                    "/things/a/parts/b/c",
	                                    "/a/b/c/d/e/f/g/h/i/j/k"};
	ApiMatch match;

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
	{
		assert_string_equal(pattern_of(*state, HTTP_GET, paths[i], &match), "");
		assert_int_equal(match.allowed, 0);
	}
}

static void
another_method_is_told_what_is_allowed(void **state)
{
	ApiMatch match;

	assert_string_equal(pattern_of(*state, HTTP_PUT, "/things/7", &match), "");
	assert_string_equal(api_route_allow(match.allowed, *state),
	                    "GET, HEAD, DELETE");
	assert_string_equal(pattern_of(*state, HTTP_OTHER, "/things", &match), "");
	assert_string_equal(api_route_allow(match.allowed, *state),
	                    "GET, HEAD, POST");
}

static void
ids_are_told_from_what_is_none(void **state)
{
	assert_true(api_id_is_uuid("01a204f3-1160-7a76-ab36-42fb9ddf575f"));
	assert_true(api_id_is_uuid("01A204F3-1160-7A76-AB36-42FB9DDF575F"));
	assert_false(api_id_is_uuid("01a204f3-1160-7a76-ab36-42fb9ddf575"));
	assert_false(api_id_is_uuid("01a204f3-1160-7a76-ab36-42fb9ddf575ff"));
	assert_false(api_id_is_uuid("01a204f3x1160-7a76-ab36-42fb9ddf575f"));
	assert_false(api_id_is_uuid("01a204g3-1160-7a76-ab36-42fb9ddf575f"));
	assert_false(api_id_is_uuid(""));
	assert_true(api_id_is_reference("order-totals-2"));
	assert_true(api_id_is_reference("01a204f3-1160-7a76-ab36-42fb9ddf575f"));
	assert_false(api_id_is_reference(""));
	assert_false(api_id_is_reference("a b"));
	assert_false(api_id_is_reference("a'b"));
	assert_false(api_id_is_reference("\xc3\xa4"));
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_path_leads_to_its_route),
		TEST(slashes_more_or_less_make_no_difference),
		TEST(the_first_table_has_the_first_say),
		TEST(near_misses_lead_nowhere),
		TEST(another_method_is_told_what_is_allowed),
		TEST(ids_are_told_from_what_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
