/*
 * test_http_uri.c
 *		Targets of requests: split before they are decoded, and strictly.
 *
 * needs: daemon/http_uri.c daemon/percent.c daemon/arena.c daemon/memory.c
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "http_uri.h"

/* The segments in brackets, then name=value of the query, or "refused". */
static void
assert_parsed(const char *target, const char *expected)
{
	Arena *arena = arena_create();
	HttpUri uri;
	const char *text = "refused";

	if (http_uri_parse(arena, target, &uri))
	{
		text = "";
		for (int i = 0; i < uri.depth && i < HTTP_URI_DEPTH; i++)
			text = arena_print(arena, "%s[%s]", text, uri.segments[i]);
		for (HttpUriPair *pair = uri.query; pair; pair = pair->next)
			text =
				arena_print(arena, "%s %s=%s", text, pair->name, pair->value);
	}
	assert_string_equal(text, expected);
	arena_destroy(arena);
}

static void
a_trailing_slash_makes_no_difference(void **state)
{
	assert_parsed("/", "");
	assert_parsed("/context", "[context]");
	assert_parsed("/context/", "[context]");
	assert_parsed("/a/b/c", "[a][b][c]");
}

static void
an_empty_segment_in_the_middle_stays(void **state)
{
	assert_parsed("//context", "[][context]");
	assert_parsed("/context//versions", "[context][][versions]");
	assert_parsed("/context//", "[context][]");
}

static void
segments_are_decoded_one_by_one(void **state)
{
	assert_parsed("/a%2Fb/c%20d", "[a/b][c d]");
	assert_parsed("/a+b", "[a+b]");
	assert_parsed("/../%2e%2e", "[..][..]");
}

static void
a_query_gives_pairs_in_order(void **state)
{
	assert_parsed("/a?x=1&y=two+words&z", "[a] x=1 y=two words z=");
	assert_parsed("/a?x=1%262&x=3", "[a] x=1&2 x=3");
	assert_parsed("/a?&&=v&x==", "[a] =v x==");
	assert_parsed("/?q=?/", " q=?/");
	assert_parsed("/a?x=1#y?z=2", "[a] x=1");
	assert_parsed("/a#b", "[a]");
}

static void
what_names_nothing_is_refused(void **state)
{
	assert_parsed("", "refused");
	assert_parsed("*", "refused");
	assert_parsed("context", "refused");
	assert_parsed("/a%00b", "refused");
	assert_parsed("/a%", "refused");
	assert_parsed("/a%ff", "refused");
	assert_parsed("/a?x=%00", "refused");
	assert_parsed("/a?%zz=1", "refused");
}

static void
an_absolute_target_is_taken_by_its_path(void **state)
{
	assert_parsed("http://host:80/a/b?c=d", "[a][b] c=d");
	assert_parsed("https://host", "");
	assert_parsed("http:///a", "[a]");
	assert_parsed("ftp://host/a", "refused");
}

static void
a_path_that_is_too_deep_is_told_as_such(void **state)
{
	Arena *arena = arena_create();
	HttpUri uri;

	assert_true(http_uri_parse(arena, "/1/2/3/4/5/6/7/8/", &uri));
	assert_int_equal(uri.depth, HTTP_URI_DEPTH);
	assert_true(http_uri_parse(arena, "/1/2/3/4/5/6/7/8/9/10/11", &uri));
	assert_int_equal(uri.depth, HTTP_URI_DEPTH + 1);
	arena_destroy(arena);
}

static void
the_first_value_of_a_name_counts(void **state)
{
	Arena *arena = arena_create();
	HttpUri uri;

	assert_true(http_uri_parse(arena, "/a?x=1&x=2&y=", &uri));
	assert_string_equal(http_uri_find(&uri, "x"), "1");
	assert_string_equal(http_uri_find(&uri, "y"), "");
	assert_null(http_uri_find(&uri, "z"));
	arena_destroy(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_trailing_slash_makes_no_difference),
		cmocka_unit_test(an_empty_segment_in_the_middle_stays),
		cmocka_unit_test(segments_are_decoded_one_by_one),
		cmocka_unit_test(a_query_gives_pairs_in_order),
		cmocka_unit_test(what_names_nothing_is_refused),
		cmocka_unit_test(an_absolute_target_is_taken_by_its_path),
		cmocka_unit_test(a_path_that_is_too_deep_is_told_as_such),
		cmocka_unit_test(the_first_value_of_a_name_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
