/*
 * test_percent.c
 *		Percent-decoding refuses what names nothing.
 *
 * needs: daemon/percent.c
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "percent.h"

static void
assert_decoded(const char *text, const char *expected)
{
	char *copy = strdup(text);

	if (!percent_decode(copy))
		fail_msg("<%s> was refused", text);
	assert_string_equal(copy, expected);
	free(copy);
}

static void
assert_refused(const char *text)
{
	char *copy = strdup(text);

	if (percent_decode(copy))
		fail_msg("<%s> was taken as <%s>", text, copy);
	free(copy);
}

static void
plain_text_stays(void **state)
{
	assert_decoded("", "");
	assert_decoded("a/b+c", "a/b+c");
	assert_decoded("\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80",
	               "\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80");
}

static void
digits_become_bytes(void **state)
{
	assert_decoded("%41%2f%2F%25", "A//%");
	assert_decoded("%c3%a4", "\xC3\xA4");
	assert_decoded("%2541", "%41");
}

static void
half_a_sequence_and_nul_are_refused(void **state)
{
	assert_refused("%");
	assert_refused("%4");
	assert_refused("%4g");
	assert_refused("a%zz");
	assert_refused("%00");
	assert_refused("a%00b");
}

static void
what_is_not_utf8_is_refused(void **state)
{
	assert_refused("%ff");
	assert_refused("%c3");
	assert_refused("%c0%af");
	assert_refused("%e0%80%af");
	assert_refused("%ed%a0%80");
	assert_refused("%f4%90%80%80");
	assert_refused("%f0%9f%98");
	assert_refused("%80");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_text_stays),
		cmocka_unit_test(digits_become_bytes),
		cmocka_unit_test(half_a_sequence_and_nul_are_refused),
		cmocka_unit_test(what_is_not_utf8_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
