/*
 * test_semver.c
 *		Semantic versions: the order of semver.org, and what is none.
 *
 * needs: extension/semver.c
 */
#include "postgres.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "semver.h"

/* Less than, equal to or greater than 0, as strcmp. */
static int
compare(const char *left, const char *right)
{
	unsigned char left_key[SEMVER_KEY_MAX];
	unsigned char right_key[SEMVER_KEY_MAX];
	int left_length = semver_key(left, left_key);
	int right_length = semver_key(right, right_key);
	int order =
		memcmp(left_key, right_key, (size_t) Min(left_length, right_length));

	assert_true(left_length > 0);
	assert_true(right_length > 0);
	return order != 0 ? order : left_length - right_length;
}

static void
order_is_that_of_the_standard(void **state)
{
	static const char *const ascending[] = {
		"0.0.0-0",
		"0.0.0",
		"0.0.9",
		"0.0.10",
		"0.9.0",
		"0.10.0",
		"1.0.0-0",
		"1.0.0-2",
		"1.0.0-10",
		"1.0.0-10.a",
		"1.0.0-99999999999999999999999999",
		"1.0.0--",
		"1.0.0-0a",
		"1.0.0-alpha",
		"1.0.0-alpha.1",
		"1.0.0-alpha.beta",
		"1.0.0-alpha-x",
		"1.0.0-beta",
		"1.0.0-beta.2",
		"1.0.0-beta.11",
		"1.0.0-rc.1",
		"1.0.0",
		"1.9.0",
		"1.10.0-rc.2",
		"1.10.0-rc.10",
		"1.10.0",
		"2.0.0",
		"10.0.0",
		"99999999999999999999.0.0",
	};

	for (size_t i = 0; i < lengthof(ascending); i++)
	{
		for (size_t j = 0; j < lengthof(ascending); j++)
		{
			int order = compare(ascending[i], ascending[j]);

			if (i < j ? order >= 0 : i > j ? order <= 0 : order != 0)
				fail_msg("%s and %s", ascending[i], ascending[j]);
		}
	}
}

static void
build_metadata_has_no_part_in_the_order(void **state)
{
	assert_int_equal(compare("1.0.0+a", "1.0.0+b.2"), 0);
	assert_int_equal(compare("1.0.0", "1.0.0+001"), 0);
	assert_int_equal(compare("1.0.0-rc.1+x", "1.0.0-rc.1"), 0);
}

static void
what_is_no_version_has_no_key(void **state)
{
	static const char *const wrong[] = {
		"",
		"1",
		"1.0",
		"1.0.",
		"1.0.0.0",
		".1.0",
		"01.0.0",
		"1.00.0",
		"1.0.0-",
		"1.0.0-01",
		"1.0.0-a..b",
		"1.0.0-.a",
		"1.0.0-a.",
		"1.0.0+",
		"1.0.0+a..b",
		"1.0.0+a+b",
		"1.0.0-a_b",
		"v1.0.0",
		" 1.0.0",
		"1.0.0 ",
		"1.0.0\n",
		"-1.0.0",
		"1.0.0-\xc3\xbc",
		"latest",
	};
	unsigned char key[SEMVER_KEY_MAX];

	for (size_t i = 0; i < lengthof(wrong); i++)
	{
		if (semver_key(wrong[i], key) != 0)
			fail_msg("\"%s\" passes", wrong[i]);
	}
}

/* ASan guards the array: the longest texts of each shape. */
static void
key_fits_its_room(void **state)
{
	static const char *const repeated[] = {"9", "1.", "a.", "-."};

	for (size_t i = 0; i < lengthof(repeated); i++)
	{
		unsigned char key[SEMVER_KEY_MAX];
		char text[SEMVER_MAX + 2] = "1.0.0-";

		while (strlen(text) + strlen(repeated[i]) < SEMVER_MAX)
			strlcat(text, repeated[i], sizeof(text));
		strlcat(text, "a", sizeof(text));
		assert_true(semver_key(text, key) > 0);
		assert_true(semver_key(text, key) <= SEMVER_KEY_MAX);
	}
}

static void
too_long_a_text_is_none(void **state)
{
	unsigned char key[SEMVER_KEY_MAX];
	char text[SEMVER_MAX + 2] = "1.0.";

	memset(text + 4, '1', SEMVER_MAX - 4);
	text[SEMVER_MAX] = '\0';
	assert_true(semver_key(text, key) > 0);
	text[SEMVER_MAX] = '1';
	text[SEMVER_MAX + 1] = '\0';
	assert_int_equal(semver_key(text, key), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(order_is_that_of_the_standard),
		cmocka_unit_test(build_metadata_has_no_part_in_the_order),
		cmocka_unit_test(what_is_no_version_has_no_key),
		cmocka_unit_test(key_fits_its_room),
		cmocka_unit_test(too_long_a_text_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
