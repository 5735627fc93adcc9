/*
 * test_seal.c
 *		Secrets under a key: what opens again, and what does not.
 *
 * needs: daemon/seal.c daemon/base64url.c daemon/arena.c daemon/memory.c
 * needs: daemon/status.c daemon/utf8.c
 * links: -lcrypto
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "seal.h"

#define FIRST "1111111111111111111111111111111111111111111111111111111111111111"
#define SECOND "IiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiI="

static Arena *arena;

static int
make(void **state)
{
	arena = arena_create();
	return 0;
}

static int
drop(void **state)
{
	arena_destroy(arena);
	return 0;
}

static Seal *
keys(const char *text)
{
	const Config config = {.secret_key = text};
	Seal *seal;
	Error error;

	assert_int_equal(seal_create(&config, arena, &seal, &error), STATUS_OK);
	return seal;
}

static const char *
close_seal(const Seal *seal, const char *name, const char *text)
{
	const char *sealed;
	Error error;

	assert_int_equal(seal_close(seal, name, text, arena, &sealed, &error),
	                 STATUS_OK);
	return sealed;
}

static void
assert_open(const Seal *seal, const char *name, const char *sealed,
            const char *expected)
{
	const char *text;
	Error error;

	assert_int_equal(seal_open(seal, name, sealed, arena, &text, &error),
	                 STATUS_OK);
	assert_string_equal(text, expected);
}

static void
assert_shut(const Seal *seal, const char *name, const char *sealed,
            Status expected)
{
	const char *text;
	Error error;

	assert_int_equal(seal_open(seal, name, sealed, arena, &text, &error),
	                 expected);
	assert_null(strstr(error.message, "hunter2"));
}

static void
what_was_sealed_opens_again(void **state)
{
	const Seal *seal = keys(FIRST);
	char *longest = arena_alloc(arena, 65537);

	memset(longest, 'x', 65536);
	assert_open(seal, "a", close_seal(seal, "a", "hunter2"), "hunter2");
	assert_open(seal, "a", close_seal(seal, "a", "x"), "x");
	assert_open(seal, "a", close_seal(seal, "a", longest), longest);
}

static void
the_same_is_never_sealed_the_same(void **state)
{
	const Seal *seal = keys(FIRST);
	const char *once = close_seal(seal, "a", "hunter2");

	assert_string_not_equal(once, close_seal(seal, "a", "hunter2"));
	assert_null(strstr(once, "hunter2"));
}

static void
no_character_can_be_changed(void **state)
{
	static const char alphabet[] = "AQgw-_09az";
	const Seal *seal = keys(FIRST);
	const char *sealed = close_seal(seal, "a", "hunter2");
	size_t length = strlen(sealed);

	for (size_t at = 0; at < length; at++)
	{
		for (const char *other = alphabet; *other; other++)
		{
			char *changed = arena_copy_text(arena, sealed);
			const char *text;
			Error error;

			if (changed[at] == *other)
				continue;
			changed[at] = *other;
			/* Of the last character some bits are in no byte. */
			if (at == length - 1 &&
			    seal_open(seal, "a", changed, arena, &text, &error) ==
			        STATUS_OK)
				assert_string_equal(text, "hunter2");
			else
				assert_int_not_equal(
					seal_open(seal, "a", changed, arena, &text, &error),
					STATUS_OK);
		}
	}
}

static void
nothing_can_be_cut_off_or_added(void **state)
{
	const Seal *seal = keys(FIRST);
	const char *sealed = close_seal(seal, "a", "hunter2");

	for (size_t length = 0; length < strlen(sealed); length++)
	{
		const char *text;
		Error error;

		assert_int_not_equal(seal_open(seal,
		                               "a",
		                               arena_copy(arena, sealed, length),
		                               arena,
		                               &text,
		                               &error),
		                     STATUS_OK);
	}
	assert_shut(
		seal, "a", arena_print(arena, "%sAAAA", sealed), STATUS_INVALID);
	assert_shut(seal, "a", "hunter2", STATUS_INVALID);
}

static void
a_secret_cannot_take_the_place_of_another(void **state)
{
	const Seal *seal = keys(FIRST);

	assert_shut(seal, "b", close_seal(seal, "a", "hunter2"), STATUS_INVALID);
}

static void
another_key_opens_nothing(void **state)
{
	const char *sealed = close_seal(keys(FIRST), "a", "hunter2");
	char *renamed = arena_copy_text(arena, sealed);
	const char *other = close_seal(keys(SECOND), "a", "hunter2");

	assert_shut(keys(SECOND), "a", sealed, STATUS_CONFLICT);
	/* Nor where it is said to be sealed by that one. */
	memcpy(renamed + 5, other + 5, 8);
	assert_shut(keys(SECOND), "a", renamed, STATUS_INVALID);
}

static void
a_key_is_exchanged_by_way_of_both(void **state)
{
	const Seal *before = keys(FIRST);
	const Seal *both = keys(SECOND "," FIRST);
	const Seal *after = keys(SECOND);
	const char *sealed = close_seal(before, "a", "hunter2");
	const char *anew;

	assert_true(seal_is_current(before, sealed));
	assert_false(seal_is_current(both, sealed));
	assert_open(both, "a", sealed, "hunter2");
	anew = close_seal(both, "a", "hunter2");
	assert_true(seal_is_current(both, anew));
	assert_open(after, "a", anew, "hunter2");
	assert_shut(before, "a", anew, STATUS_CONFLICT);
}

static void
a_key_that_is_none_is_refused_and_not_quoted(void **state)
{
	static const char *const wrong[] = {
		"short",
		FIRST "1",
		"g111111111111111111111111111111111111111111111111111111111111111",
		FIRST ","
			  "short",
		"IiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiI===",
	};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
	{
		const Config config = {.secret_key = wrong[i]};
		Seal *seal;
		Error error;

		assert_int_equal(seal_create(&config, arena, &seal, &error),
		                 STATUS_INVALID);
		assert_null(strstr(error.message, wrong[i]));
	}
}

static void
a_key_may_lie_in_a_file(void **state)
{
	char path[] = "/tmp/test_seal-XXXXXX";
	int fd = mkstemp(path);
	const Config config = {.secret_key_file = path};
	Seal *seal;
	Error error;

	assert_int_equal(write(fd, SECOND "\n", sizeof(SECOND)), sizeof(SECOND));
	close(fd);
	assert_int_equal(seal_create(&config, arena, &seal, &error), STATUS_OK);
	assert_open(seal, "a", close_seal(keys(SECOND), "a", "hunter2"), "hunter2");
	unlink(path);
	assert_int_equal(seal_create(&config, arena, &seal, &error),
	                 STATUS_INVALID);
}

static void
without_a_key_nothing_is_sealed_or_opened(void **state)
{
	const Seal *none = keys(NULL);
	const char *sealed;
	Error error;

	assert_int_equal(seal_close(none, "a", "hunter2", arena, &sealed, &error),
	                 STATUS_CONFLICT);
	assert_shut(
		none, "a", close_seal(keys(FIRST), "a", "hunter2"), STATUS_CONFLICT);
	assert_false(
		seal_is_current(none, close_seal(keys(FIRST), "a", "hunter2")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			what_was_sealed_opens_again, make, drop),
		cmocka_unit_test_setup_teardown(
			the_same_is_never_sealed_the_same, make, drop),
		cmocka_unit_test_setup_teardown(
			no_character_can_be_changed, make, drop),
		cmocka_unit_test_setup_teardown(
			nothing_can_be_cut_off_or_added, make, drop),
		cmocka_unit_test_setup_teardown(
			a_secret_cannot_take_the_place_of_another, make, drop),
		cmocka_unit_test_setup_teardown(another_key_opens_nothing, make, drop),
		cmocka_unit_test_setup_teardown(
			a_key_is_exchanged_by_way_of_both, make, drop),
		cmocka_unit_test_setup_teardown(
			a_key_that_is_none_is_refused_and_not_quoted, make, drop),
		cmocka_unit_test_setup_teardown(a_key_may_lie_in_a_file, make, drop),
		cmocka_unit_test_setup_teardown(
			without_a_key_nothing_is_sealed_or_opened, make, drop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
