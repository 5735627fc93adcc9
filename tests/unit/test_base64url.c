/*
 * test_base64url.c
 *		Bytes to text and back, and texts that nobody printed.
 *
 * needs: daemon/base64url.c daemon/arena.c daemon/memory.c
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base64url.h"

static void
the_examples_of_the_rfc_hold(void **state)
{
	/* RFC 4648 section 10, without the padding. */
	static const char *const pairs[][2] = {
		{"", ""},
		{"f", "Zg"},
		{"fo", "Zm8"},
		{"foo", "Zm9v"},
		{"foob", "Zm9vYg"},
		{"fooba", "Zm9vYmE"},
		{"foobar", "Zm9vYmFy"},
	};
	Arena *arena = arena_create();

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		assert_string_equal(base64url_print(arena,
		                                    (const unsigned char *) pairs[i][0],
		                                    strlen(pairs[i][0])),
		                    pairs[i][1]);
	arena_destroy(arena);
}

static void
all_lengths_and_bytes_come_back(void **state)
{
	Arena *arena = arena_create();
	unsigned char bytes[256];
	unsigned char back[256];
	size_t length;

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char) (i * 167 + 13);
	for (size_t size = 0; size <= sizeof(bytes); size++)
	{
		const char *text = base64url_print(arena, bytes, size);

		assert_null(strpbrk(text, "+/="));
		assert_true(
			base64url_parse(text, strlen(text), back, sizeof(back), &length));
		assert_int_equal(length, size);
		assert_memory_equal(back, bytes, size);
	}
	arena_destroy(arena);
}

static void
foreign_texts_are_refused(void **state)
{
	static const char *const texts[] = {
		"Z",    /* no byte ends after one digit */
		"Zh",   /* bits left over that are not zero */
		"Zm9",  /* the same, after two bytes */
		"Zg==", /* padding */
		"Zm+v", /* the standard alphabet */
		"Zm/v",
		"Zm v",
		"Zm\nv",
	};
	unsigned char bytes[16];
	size_t length;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_false(base64url_parse(
			texts[i], strlen(texts[i]), bytes, sizeof(bytes), &length));
	assert_false(base64url_parse("Zm\0v", 4, bytes, sizeof(bytes), &length));
}

static void
nothing_is_written_past_the_room(void **state)
{
	unsigned char bytes[3] = {0, 0, 0xEE};
	size_t length;

	assert_false(base64url_parse("Zm9v", 4, bytes, 2, &length));
	assert_int_equal(bytes[2], 0xEE);
	assert_true(base64url_parse("Zm8", 3, bytes, 2, &length));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_examples_of_the_rfc_hold),
		cmocka_unit_test(all_lengths_and_bytes_come_back),
		cmocka_unit_test(foreign_texts_are_refused),
		cmocka_unit_test(nothing_is_written_past_the_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
