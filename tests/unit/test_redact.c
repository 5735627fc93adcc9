/*
 * test_redact.c
 *		Secrets taken out of texts and JSON, wherever and however they stand.
 *
 * needs: daemon/redact.c daemon/text_buffer.c daemon/json_view.c daemon/json_check.c
 * needs: daemon/json_write.c daemon/arena.c daemon/memory.c daemon/utf8.c
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "redact.h"

#define BLOT "[redacted]"

typedef struct Fixture
{
	Arena *arena;
	Redactor *redactor;
} Fixture;

static int
make(void **state)
{
	static Fixture fixture;

	fixture.arena = arena_create();
	fixture.redactor = redactor_create(fixture.arena);
	*state = &fixture;
	return 0;
}

static int
drop(void **state)
{
	arena_destroy(((Fixture *) *state)->arena);
	return 0;
}

static void
assert_cleaned(void **state, const char *text, const char *expected)
{
	const Fixture *fixture = *state;

	assert_string_equal(redactor_clean_text(fixture->redactor, text), expected);
}

static void
add(void **state, const char *secret)
{
	redactor_add(((Fixture *) *state)->redactor, secret);
}

static void
a_secret_is_found_at_each_place_of_a_text(void **state)
{
	char text[64];
	char expected[64];

	add(state, "s3cr3t");
	for (size_t before = 0; before < 20; before++)
	{
		for (size_t after = 0; after < 3; after++)
		{
			memset(text, 0, sizeof(text));
			memset(text, 'x', before);
			strcat(text, "s3cr3t");
			memset(text + before + 6, 'y', after);
			memset(expected, 0, sizeof(expected));
			memset(expected, 'x', before);
			strcat(expected, BLOT);
			memset(expected + strlen(expected), 'y', after);
			assert_cleaned(state, text, expected);
		}
	}
}

static void
what_is_no_secret_stays_where_it_lies(void **state)
{
	const Fixture *fixture = *state;
	const char *text = "s3cr3 t";

	add(state, "s3cr3t");
	assert_ptr_equal(redactor_clean_text(fixture->redactor, text), text);
	assert_null(redactor_clean_text(fixture->redactor, NULL));
	assert_cleaned(state, "", "");
}

static void
what_is_too_short_is_passed_over(void **state)
{
	add(state, NULL);
	add(state, "");
	add(state, "short");
	assert_cleaned(state, "short and sweet", "short and sweet");
}

static void
one_secret_within_another_leaves_nothing_of_either(void **state)
{
	add(state, "inside");
	add(state, "the-inside-of");
	add(state, "inside-of");
	assert_cleaned(state, "a the-inside-of b", "a " BLOT " b");
	assert_cleaned(state, "a inside-of b", "a " BLOT " b");
	assert_cleaned(state, "a the-inside- b", "a the-" BLOT "- b");
}

static void
secrets_that_overlap_leave_nothing_of_either(void **state)
{
	add(state, "abcdefgh");
	add(state, "efghijkl");
	add(state, "jklmnopqrst");
	assert_cleaned(state, "<abcdefghijkl>", "<" BLOT ">");
	assert_cleaned(state, "<abcdefghijklmnopqrst>", "<" BLOT ">");
	assert_cleaned(state, "<efghijklmnopqrst>", "<" BLOT ">");
	assert_cleaned(state, "abcdefghefghijkl", BLOT BLOT);
	assert_cleaned(state, "abcdefghijk", BLOT "ijk");
}

static void
a_secret_that_repeats_itself_is_gone_whole(void **state)
{
	add(state, "aaaaaa");
	assert_cleaned(state, "aaaaaaaaa", BLOT);
	assert_cleaned(state, "b aaaaaaaaaaaa c", "b " BLOT " c");
}

static void
bytes_are_cleaned_beyond_a_nul(void **state)
{
	const Fixture *fixture = *state;
	static const char bytes[] = "a\0s3cr3t\0b";
	size_t length = sizeof(bytes) - 1;
	const char *cleaned;

	add(state, "s3cr3t");
	cleaned = redactor_clean(fixture->redactor, bytes, &length);
	assert_int_equal(length, 4 + strlen(BLOT));
	assert_memory_equal(cleaned, "a\0" BLOT "\0b", length);
}

static void
assert_value(void **state, const char *json, const char *expected)
{
	const Fixture *fixture = *state;
	JsonView cleaned =
		redactor_clean_view(fixture->redactor, json_view_trust(json));

	assert_int_equal(cleaned.length, strlen(expected));
	assert_memory_equal(cleaned.text, expected, cleaned.length);
}

static void
values_are_cleaned_however_their_characters_are_written(void **state)
{
	add(state, "pass\"w\xc3\xb6rd");
	add(state, "12345678");
	assert_value(state, "\"pass\\\"w\xc3\xb6rd\"", "\"" BLOT "\"");
	assert_value(
		state, "\"\\u0070ass\\u0022w\\u00f6r\\u0064\"", "\"" BLOT "\"");
	assert_value(state,
	             "{\"pass\\\"w\xc3\xb6rd\": [12345678, 123456789, 1234567]}",
	             "{\"" BLOT "\":[\"" BLOT "\",123456789,1234567]}");
	assert_value(state, "[1.50, null, true]", "[1.50, null, true]");
}

static void
the_beginning_of_a_secret_is_held_back(void **state)
{
	const Fixture *fixture = *state;
	static const char text[] = "my s3cr3t";

	add(state, "s3cr3t");
	for (size_t length = 0; length < sizeof(text) - 1; length++)
	{
		size_t unsure = redactor_unsure(fixture->redactor, text, length);

		assert_int_equal(unsure, length > 3 ? length - 3 : 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_secret_is_found_at_each_place_of_a_text, make, drop),
		cmocka_unit_test_setup_teardown(
			what_is_no_secret_stays_where_it_lies, make, drop),
		cmocka_unit_test_setup_teardown(
			what_is_too_short_is_passed_over, make, drop),
		cmocka_unit_test_setup_teardown(
			one_secret_within_another_leaves_nothing_of_either, make, drop),
		cmocka_unit_test_setup_teardown(
			secrets_that_overlap_leave_nothing_of_either, make, drop),
		cmocka_unit_test_setup_teardown(
			a_secret_that_repeats_itself_is_gone_whole, make, drop),
		cmocka_unit_test_setup_teardown(
			bytes_are_cleaned_beyond_a_nul, make, drop),
		cmocka_unit_test_setup_teardown(
			values_are_cleaned_however_their_characters_are_written,
			make,
			drop),
		cmocka_unit_test_setup_teardown(
			the_beginning_of_a_secret_is_held_back, make, drop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
