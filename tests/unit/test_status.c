/*
 * test_status.c
 *		Errors are values, cut at a character's border.
 *
 * needs: daemon/status.c
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "status.h"

static void
setting_one_forgets_the_one_before(void **state)
{
	Error error;

	error_set(&error, STATUS_RULE, "first");
	error_copy_text(error.hint, sizeof(error.hint), "a hint");
	assert_int_equal(error_set(&error, STATUS_DENIED, "%s %d", "second", 2),
	                 STATUS_DENIED);
	assert_int_equal(error.status, STATUS_DENIED);
	assert_string_equal(error.message, "second 2");
	assert_string_equal(error.hint, "");
}

static void
no_text_is_an_empty_one(void **state)
{
	char field[4] = "abc";

	error_copy_text(field, sizeof(field), NULL);
	assert_string_equal(field, "");
}

static void
long_texts_are_cut_between_characters(void **state)
{
	char field[6];

	error_copy_text(field, sizeof(field), "abcdefgh");
	assert_string_equal(field, "abcde");
	error_copy_text(field, sizeof(field), "abcd\xC3\xA4");
	assert_string_equal(field, "abcd");
	error_copy_text(field, sizeof(field), "abc\xC3\xA4");
	assert_string_equal(field, "abc\xC3\xA4");
	error_copy_text(field, sizeof(field), "ab\xF0\x9F\x98\x80");
	assert_string_equal(field, "ab");
	error_copy_text(field, sizeof(field), "abc\xE2\x82\xAC");
	assert_string_equal(field, "abc");
}

static void
every_status_has_a_name(void **state)
{
	for (int status = STATUS_OK; status <= STATUS_INTERNAL; status++)
		assert_string_not_equal(status_name((Status) status), "unknown");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(setting_one_forgets_the_one_before),
		cmocka_unit_test(no_text_is_an_empty_one),
		cmocka_unit_test(long_texts_are_cut_between_characters),
		cmocka_unit_test(every_status_has_a_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
