/*
 * test_json_schema_regex.c
 *		What becomes of an ECMA-262 pattern, and what is refused.
 *
 * Whether the result matches what it should is for sql/json_schema and the
 * official suite to say, which have PostgreSQL's matcher.
 *
 * needs: extension/json_schema_regex.c extension/json_schema_regex_group.c
 * needs: extension/json_schema_regex_repeat.c extension/json_schema_regex_class.c
 * needs: extension/json_schema_regex_reader.c extension/json_schema_char_set.c
 * needs: extension/json_schema_unicode.c
 * needs: extension/json_schema_unicode_tables.c
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "postgres.h"

#include "json_schema_regex.h"

static void
assert_becomes(const char *pattern, const char *expected)
{
	RegexTranslation translation;

	if (!regex_translate(pattern, (int) strlen(pattern), &translation))
		fail_msg("%s is refused: %s", pattern, translation.complaint);
	assert_string_equal(translation.text.data, expected);
	pfree(translation.text.data);
}

static void
assert_refused(const char *pattern, int position)
{
	/* In memory of exactly its length, so ASan sees a byte more. */
	size_t length = strlen(pattern);
	char *copy = malloc(length == 0 ? 1 : length);
	RegexTranslation translation;

	memcpy(copy, pattern, length);
	if (regex_translate(copy, (int) length, &translation))
		fail_msg("%s becomes %s", pattern, translation.text.data);
	assert_non_null(translation.complaint);
	assert_int_equal(translation.position, position);
	free(copy);
}

static void
classes_are_spelt_out(void **state)
{
	assert_becomes("\\d", "[0-9]");
	assert_becomes("[^\\w]", "[^0-9A-Z\\u005Fa-z]");
	assert_becomes("[a-cb-d]", "[a-d]");
	assert_becomes("[\\w-.]", "[\\u002D-\\u002E0-9A-Z\\u005Fa-z]");
	assert_becomes("[]", "(?:(?!))");
	assert_becomes("[^]", ".");
	assert_becomes(".", "[^\\u000A\\u000D\\u2028\\u2029]");
	assert_becomes("\\p{ASCII}", "[\\u0000-\\u007F]");
	assert_becomes("\\P{Any}", "(?:(?!))");
}

static void
a_character_means_itself(void **state)
{
	assert_becomes("a", "a");
	assert_becomes("\\/", "[\\u002F]");
	assert_becomes("{", "\\u007B");
	assert_becomes("a{,2}", "a\\u007B\\u002C2\\u007D");
	assert_becomes("\\u{61}", "[a]");
	assert_becomes("\\ud83d\\udc32", "[\xF0\x9F\x90\xB2]");
}

static void
repetitions_are_put_together(void **state)
{
	assert_becomes("a*?", "a{0,}");
	assert_becomes("a{2}", "a{2,2}");
	assert_becomes("a{255}", "a{255,255}");
	assert_becomes("a{256}", "(?:(?:a{255}){1}a{1})");
	assert_becomes("a{1,300}", "(?:a{1}(?:a{0,255}){1}a{0,44})");
	assert_becomes("a{300,}", "(?:(?:a{255}){1}a{45}a*)");
	assert_refused("a{2,1}", 6);
	assert_refused("a{100000}", 9);
}

static void
groups_capture_only_for_references(void **state)
{
	assert_becomes("(a)(?:b)(?<n>c)", "(?:a)(?:b)(?:c)");
	assert_becomes("(a)\\1", "(a)(?:\\1)");
	assert_becomes("(?<n>a)\\k<n>", "(a)(?:\\1)");
	assert_becomes("(?=a)(?!b)(?<=c)(?<!d)", "(?=a)(?!b)(?<=c)(?<!d)");
}

static void
references_to_what_may_be_missing_are_refused(void **state)
{
	assert_refused("\\1(a)", 2);
	assert_refused("(a)?\\1", 6);
	assert_refused("(a)|\\1", 6);
	assert_refused("(?:a|(b))\\1", 11);
	assert_refused("(a\\1)", 4);
	assert_refused("(a)(?=\\1)", 8);
	assert_refused("(?=(a))\\1", 4);
	assert_becomes("(a)+\\1", "(a){1,}(?:\\1)");
	assert_becomes("(a)(?:b|\\1)", "(a)(?:b|(?:\\1))");
}

static void
malformed_patterns_are_refused(void **state)
{
	assert_refused("(", 1);
	assert_refused(")", 0);
	assert_refused("[a", 2);
	assert_refused("[b-a]", 4);
	assert_refused("***a", 1);
	assert_refused("a**", 3);
	assert_refused("^*", 2);
	assert_refused("\\", 1);
	assert_refused("\\a", 2);
	assert_refused("\\x4", 3);
	assert_refused("\\u{110000}", 10);
	assert_refused("\\c1", 3);
	assert_refused("\\01", 2);
	assert_refused("\\p{Nothing}", 3);
	assert_refused("\\pL", 2);
	assert_refused("(?i)a", 2);
	assert_refused("(?P<n>a)", 2);
	assert_refused("(?<1>a)", 3);
	assert_refused("(?<n>a)\\k<m>", 12);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(classes_are_spelt_out),
		cmocka_unit_test(a_character_means_itself),
		cmocka_unit_test(repetitions_are_put_together),
		cmocka_unit_test(groups_capture_only_for_references),
		cmocka_unit_test(references_to_what_may_be_missing_are_refused),
		cmocka_unit_test(malformed_patterns_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
