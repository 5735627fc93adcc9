/*
 * test_json_view.c
 *		What json_view_check() takes and refuses, reading and writing values.
 *
 * needs: daemon/json_view.c daemon/json_check.c daemon/json_write.c
 * needs: daemon/utf8.c daemon/arena.c daemon/memory.c
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "json_view.h"
#include "json_write.h"

/*
 * Checks a copy of exactly that length, so that ASan sees a byte too many, and
 * returns the complaint.
 */
static const char *
check_bytes(const char *text, size_t length)
{
	char *copy = malloc(length ? length : 1);
	JsonView value = {NULL, 0};
	const char *complaint;
	size_t where;

	assert_non_null(copy);
	memcpy(copy, text, length);
	complaint = json_view_check(copy, length, &value, &where);
	assert_true(where <= length);
	if (complaint == NULL)
		assert_true(value.text >= copy && value.length <= length);
	free(copy);
	return complaint;
}

static const char *
check(const char *text)
{
	return check_bytes(text, strlen(text));
}

static char *
repeat(const char *text, size_t count, const char *end)
{
	size_t length = strlen(text);
	char *all = malloc(length * count + strlen(end) + 1);

	assert_non_null(all);
	for (size_t i = 0; i < count; i++)
		memcpy(all + i * length, text, length);
	strcpy(all + length * count, end);
	return all;
}

static void
well_formed_values_pass(void **state)
{
	static const char *const good[] = {
		"null",
		"true",
		"false",
		"0",
		"-0",
		"-12.5e+3",
		"1E-7",
		"\"\"",
		"[]",
		"{}",
		" [ 1 , [ ] , { \"a\" : { } } ]\n",
		"{\"a\":1,\"a\":2}",
		"\"\\u00e9\\n\\\"\\\\\\/\"",
		"\"\\ud83d\\ude00\"",
		"\"\xF0\x9F\x98\x80\"",
		"123456789012345678901234567890.000000000000000000001",
		"\"\x7F\"",
	};

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_null(check(good[i]));
}

static void
malformed_values_are_refused(void **state)
{
	static const char *const bad[] = {
		"",         " ",          "nul",     "nulll",     "True",
		"NaN",      "-Infinity",  "01",      "-",         "+1",
		".5",       "1.",         "1e",      "1e+",       "0x10",
		"1 2",      "[1,]",       "[,1]",    "[1 2]",     "[",
		"]",        "[}",         "{",       "{]",        "{\"a\"}",
		"{\"a\":}", "{\"a\":1,}", "{a:1}",   "{1:2}",     "{\"a\" 1}",
		"\"",       "\"\\",       "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"",
		"\"a\nb\"", "'a'",        "[1]]",    "// no\n1",  "\"\\u",
		"{\"",
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_non_null(check(bad[i]));
}

static void
what_jsonb_refuses_is_refused(void **state)
{
	static const char *const bad[] = {
		"\"\\u0000\"",
		"\"\\ud800\"",
		"\"\\udc00\"",
		"\"\\ud800\\u0041\"",
		"\"\\ud800x\"",
		"\"\xC0\x80\"",
		"\"\xED\xA0\x80\"",
		"\"\xF4\x90\x80\x80\"",
		"\"\xE2\x82\"",
		"\"\xFF\"",
		"1e131071",
		"1e99999999999999999999999",
		"1e-16384",
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_non_null(check(bad[i]));
	assert_non_null(check_bytes("\"a\0b\"", 5));
	assert_non_null(check_bytes("\"\\\0\"", 4));
	assert_non_null(check_bytes("1\0", 2));
}

static void
a_number_may_be_long_but_not_endless(void **state)
{
	char *fits = repeat("7", 16000, "");
	char *long_one = repeat("7", 16001, "");

	assert_null(check(fits));
	assert_non_null(check(long_one));
	free(fits);
	free(long_one);
}

static void
depth_has_a_limit_and_needs_no_stack(void **state)
{
	char *open = repeat("[", JSON_VIEW_DEPTH, "");
	char *close = repeat("]", JSON_VIEW_DEPTH, "");
	char *whole = malloc(2 * JSON_VIEW_DEPTH + 1);
	char *hostile = repeat("{\"a\":[", 10000000, "");
	const char *complaint;

	assert_non_null(whole);
	strcpy(whole, open);
	strcat(whole, close);
	assert_null(check(whole));
	complaint = check(hostile);
	assert_string_equal(complaint, "values are nested too deep");
	free(open);
	free(close);
	free(whole);
	free(hostile);
}

static void
a_complaint_says_where(void **state)
{
	JsonView value;
	size_t where;

	assert_non_null(json_view_check("[1, 2, x]", 9, &value, &where));
	assert_int_equal(where, 7);
	assert_string_equal(json_view_check("[1] x", 5, &value, &where),
	                    "text follows the value");
	assert_int_equal(where, 4);
}

static void
assert_view(JsonView view, const char *expected)
{
	assert_int_equal(view.length, strlen(expected));
	assert_memory_equal(view.text, expected, view.length);
}

static void
members_are_found_where_they_lie(void **state)
{
	JsonView object = json_view_trust(
		" {\"a\": 1.50 , \"b\":[1,{\"a\":2}],\"c\" : \"x,}\\\"]\", \"d\":{}, "
		"\"a\":3e0} ");

	assert_int_equal(json_view_kind(object), JSON_VIEW_OBJECT);
	assert_view(json_view_find(object, "a"), "3e0");
	assert_view(json_view_find(object, "b"), "[1,{\"a\":2}]");
	assert_view(json_view_find(object, "c"), "\"x,}\\\"]\"");
	assert_view(json_view_find(object, "d"), "{}");
	assert_null(json_view_find(object, "e").text);
	assert_null(json_view_find(json_view_trust("[1]"), "a").text);
	assert_null(json_view_find((JsonView){NULL, 0}, "a").text);
}

static void
a_walk_meets_every_value_once(void **state)
{
	JsonWalk walk = json_view_walk(
		json_view_trust("[ 1 ,\"two\", [3 , 3], {\"n\":4},null]"));
	static const char *const expected[] = {
		"1",
		"\"two\"",
		"[3 , 3]",
		"{\"n\":4}",
		"null",
	};

	for (size_t i = 0; i < 5; i++)
	{
		assert_true(json_view_next(&walk));
		assert_view(walk.value, expected[i]);
		assert_null(walk.name.text);
	}
	assert_false(json_view_next(&walk));
	walk = json_view_walk(json_view_trust("[ ]"));
	assert_false(json_view_next(&walk));
	walk = json_view_walk(json_view_trust("{}"));
	assert_false(json_view_next(&walk));
	walk = json_view_walk(json_view_trust("7"));
	assert_false(json_view_next(&walk));
}

static void
values_are_read(void **state)
{
	Arena *arena = arena_create();
	int64_t integer;
	double number;

	assert_string_equal(
		json_view_text(json_view_trust("\"a\\n\\u00e9\\ud83d\\ude00\\/z\""),
	                   arena),
		"a\n\xC3\xA9\xF0\x9F\x98\x80/z");
	assert_string_equal(json_view_text(json_view_trust("\"\""), arena), "");
	assert_null(json_view_text(json_view_trust("1"), arena));
	assert_null(json_view_text((JsonView){NULL, 0}, arena));
	assert_true(json_view_integer(json_view_trust("-42"), &integer));
	assert_int_equal(integer, -42);
	assert_false(json_view_integer(json_view_trust("1.5"), &integer));
	assert_false(
		json_view_integer(json_view_trust("9223372036854775808"), &integer));
	assert_false(json_view_integer(json_view_trust("\"1\""), &integer));
	assert_true(json_view_double(json_view_trust("1.5"), &number));
	assert_true(number > 1.49 && number < 1.51);
	assert_false(json_view_double(json_view_trust("null"), &number));
	arena_destroy(arena);
}

static void
what_is_written_is_json_again(void **state)
{
	JsonWriter *writer = json_writer_create();

	json_write_open(writer, '[');
	json_write_open(writer, '{');
	json_write_name(writer, "text");
	json_write_bytes(writer, "a\"\\\n\x01{\xC3\xA9", 8);
	json_write_name(writer, "none");
	json_write_text(writer, NULL);
	json_write_name(writer, "raw");
	json_write_view(writer, json_view_trust(" 0.10 "));
	json_write_close(writer, '}');
	json_write_integer(writer, INT64_MIN);
	json_write_bool(writer, false);
	json_write_open(writer, '{');
	json_write_close(writer, '}');
	json_write_close(writer, ']');
	assert_string_equal(json_writer_text(writer),
	                    "[{\"text\":\"a\\\"\\\\\\u000a\\u0001{\xC3\xA9\","
	                    "\"none\":null,\"raw\":0.10},-9223372036854775808,"
	                    "false,{}]");
	json_writer_reset(writer);
	json_write_open(writer, '[');
	json_write_close(writer, ']');
	assert_string_equal(json_writer_text(writer), "[]");
	assert_int_equal(json_writer_length(writer), 2);
	json_writer_destroy(writer);
}

static void
any_bytes_become_a_string_that_jsonb_takes(void **state)
{
	JsonWriter *writer = json_writer_create();
	char bytes[512];
	unsigned int seed = 7;

	json_write_bytes(writer, "a\0\xFF\xE2\x82", 5);
	assert_string_equal(
		json_writer_text(writer),
		"\"a\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
	for (int round = 0; round < 2000; round++)
	{
		size_t length = (size_t) rand_r(&seed) % sizeof(bytes);

		for (size_t i = 0; i < length; i++)
			bytes[i] = (char) rand_r(&seed);
		json_writer_reset(writer);
		json_write_bytes(writer, bytes, length);
		assert_null(
			check_bytes(json_writer_text(writer), json_writer_length(writer)));
	}
	json_writer_destroy(writer);
}

/* Reading what passed the check never leaves it: ASan is the judge. */
static void
mutations_never_lead_a_reader_astray(void **state)
{
	static const char seed_text[] =
		"{\"a\":[1,2.5e3,{\"b\":\"x\\u0041\\\\\"},null],\"c\":{\"d\":[]}}";
	unsigned int seed = 11;
	int passed = 0;

	for (int round = 0; round < 200000; round++)
	{
		size_t length = sizeof(seed_text) - 1;
		char *text = malloc(length);
		JsonView value;
		size_t where;

		assert_non_null(text);
		memcpy(text, seed_text, length);
		for (int i = 0; i < 2; i++)
			text[(size_t) rand_r(&seed) % length] =
				seed_text[(size_t) rand_r(&seed) % length];
		if (json_view_check(text, length, &value, &where) == NULL)
		{
			JsonWalk walk = json_view_walk(value);

			passed++;
			while (json_view_next(&walk))
				assert_true(walk.value.text + walk.value.length <=
				            text + length);
		}
		free(text);
	}
	assert_true(passed > 1000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(well_formed_values_pass),
		cmocka_unit_test(malformed_values_are_refused),
		cmocka_unit_test(what_jsonb_refuses_is_refused),
		cmocka_unit_test(a_number_may_be_long_but_not_endless),
		cmocka_unit_test(depth_has_a_limit_and_needs_no_stack),
		cmocka_unit_test(a_complaint_says_where),
		cmocka_unit_test(members_are_found_where_they_lie),
		cmocka_unit_test(a_walk_meets_every_value_once),
		cmocka_unit_test(values_are_read),
		cmocka_unit_test(what_is_written_is_json_again),
		cmocka_unit_test(any_bytes_become_a_string_that_jsonb_takes),
		cmocka_unit_test(mutations_never_lead_a_reader_astray),
	};

	return cmocka_run_group_tests_name("json_view", tests, NULL, NULL);
}
