/*
 * test_api_route.c
 *		Which handler a method and a path lead to, and what 405 allows.
 *
 * needs: daemon/api_route.c daemon/http_uri.c daemon/percent.c
 * needs: daemon/arena.c daemon/memory.c
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "api_route.h"

static void
list_runs(ApiRequest *request)
{
}

static void
get_run(ApiRequest *request)
{
}

static void
list(ApiRequest *request)
{
}

static void
create(ApiRequest *request)
{
}

static void
get(ApiRequest *request)
{
}

static void
delete_one(ApiRequest *request)
{
}

static void
get_version(ApiRequest *request)
{
}

static const ApiRoute runs[] = {
	{HTTP_GET, "things/runs", API_KNOWN, list_runs},
	{HTTP_GET, "things/runs/*", API_KNOWN, get_run},
	{HTTP_OTHER, NULL, API_KNOWN, NULL},
};

static const ApiRoute things[] = {
	{HTTP_GET, "things", API_KNOWN, list},
	{HTTP_POST, "things", API_KNOWN, create},
	{HTTP_GET, "things/*", API_KNOWN, get},
	{HTTP_DELETE, "things/*", API_KNOWN, delete_one},
	{HTTP_GET, "things/*/versions/*", API_KNOWN, get_version},
	{HTTP_OTHER, NULL, API_KNOWN, NULL},
};

static const ApiRoute *const tables[] = {runs, things, NULL};

static Arena *arena;

static int
set_up(void **state)
{
	arena = arena_create();
	return 0;
}

static int
tear_down(void **state)
{
	arena_destroy(arena);
	return 0;
}

static ApiMatch
find(HttpMethod method, const char *target)
{
	ApiMatch match;
	HttpUri uri;

	assert_true(http_uri_parse(arena, target, &uri));
	api_route_find(tables, method, &uri, &match);
	return match;
}

static ApiHandler
handler_of(HttpMethod method, const char *target)
{
	ApiMatch match = find(method, target);

	return match.route ? match.route->handler : NULL;
}

static void
a_route_is_found_by_method_and_path(void **state)
{
	assert_ptr_equal(handler_of(HTTP_GET, "/things"), list);
	assert_ptr_equal(handler_of(HTTP_GET, "/things/"), list);
	assert_ptr_equal(handler_of(HTTP_POST, "/things/?x=y"), create);
	assert_ptr_equal(handler_of(HTTP_DELETE, "/things/a"), delete_one);
	assert_ptr_equal(handler_of(HTTP_GET, "/things/runs"), list_runs);
	assert_ptr_equal(handler_of(HTTP_GET, "/things/runs/1"), get_run);
}

static void
stars_become_parameters(void **state)
{
	ApiMatch match = find(HTTP_GET, "/things/a%20b/versions/1.0.0");

	assert_ptr_equal(match.route->handler, get_version);
	assert_string_equal(match.parameters[0], "a b");
	assert_string_equal(match.parameters[1], "1.0.0");
	assert_null(match.parameters[2]);
}

static void
other_paths_lead_nowhere(void **state)
{
	static const char *const targets[] = {
		"/",
		"/thing",
		"/things2",
		"/thingsx/a",
		"//things",
		"/things//versions/1",
		"/things/a/versions",
		"/things/a/versions/1/2",
		"/things/%2f/x",
		"/THINGS",
		"/1/2/3/4/5/6/7/8/9",
	};

	for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++)
	{
		ApiMatch match = find(HTTP_GET, targets[i]);

		if (match.route || match.allowed)
			fail_msg("%s leads somewhere", targets[i]);
	}
}

static void
a_wrong_method_is_told_the_right_ones(void **state)
{
	ApiMatch match = find(HTTP_PUT, "/things");

	assert_null(match.route);
	assert_string_equal(api_route_allow(match.allowed, arena),
	                    "GET, HEAD, POST, OPTIONS");
	match = find(HTTP_OTHER, "/things/a");
	assert_null(match.route);
	assert_string_equal(api_route_allow(match.allowed, arena),
	                    "GET, HEAD, DELETE, OPTIONS");
}

static void
a_word_of_a_route_is_no_id(void **state)
{
	ApiMatch match = find(HTTP_DELETE, "/things/runs");

	assert_null(match.route);
	assert_string_equal(api_route_allow(match.allowed, arena),
	                    "GET, HEAD, OPTIONS");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_route_is_found_by_method_and_path),
		TEST(stars_become_parameters),
		TEST(other_paths_lead_nowhere),
		TEST(a_wrong_method_is_told_the_right_ones),
		TEST(a_word_of_a_route_is_no_id),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
