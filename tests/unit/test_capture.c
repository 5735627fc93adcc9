/*
 * test_capture.c
 *		The first and the last bytes of streams of every length around limits.
 *
 * needs: daemon/capture.c daemon/arena.c daemon/memory.c
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "capture.h"

#define LIMIT 10

static void
assert_text(const Capture *capture, const char *expected)
{
	Arena *arena = arena_create();
	size_t length;
	char *text = capture_text(capture, arena, &length);

	assert_string_equal(text, expected);
	assert_int_equal(length, strlen(expected));
	arena_destroy(arena);
}

static void
short_output_is_kept_whole(void **state)
{
	Capture capture;

	capture_init(&capture, LIMIT);
	assert_text(&capture, "");
	capture_add(&capture, "01234", 5);
	capture_add(&capture, "56789", 5);
	assert_false(capture_is_cut(&capture));
	assert_text(&capture, "0123456789");
	capture_clear(&capture);
}

static void
long_output_is_cut_and_says_so(void **state)
{
	Capture capture;

	capture_init(&capture, LIMIT);
	capture_add(&capture, "01234567", 8);
	capture_add(&capture, "89abc", 5);
	assert_true(capture_is_cut(&capture));
	assert_text(&capture, "0123456789\n[cut: the first 10 of 13 bytes]\n");
	capture_clear(&capture);
}

/* Streams of all lengths in helpings of all sizes: their end is their end. */
static void
the_end_is_the_last_bytes(void **state)
{
	char all[64];

	for (size_t i = 0; i < sizeof(all); i++)
		all[i] = (char) ('0' + i);
	for (size_t total = 0; total <= sizeof(all); total++)
	{
		for (size_t helping = 1; helping <= sizeof(all); helping++)
		{
			Arena *arena = arena_create();
			Capture capture;
			size_t length;
			char *end;

			capture_init(&capture, LIMIT);
			for (size_t at = 0; at < total; at += helping)
				capture_add(&capture,
				            all + at,
				            total - at < helping ? total - at : helping);
			end = capture_end(&capture, arena, &length);
			assert_true(length <= total);
			assert_true(length >= (total < LIMIT ? total : LIMIT));
			assert_memory_equal(end, all + total - length, length);
			if (total <= (size_t) 2 * LIMIT)
				assert_int_equal(length, total);
			capture_clear(&capture);
			arena_destroy(arena);
		}
	}
}

static void
reading_ends_with_the_writer(void **state)
{
	Capture capture;
	int ends[2];

	assert_int_equal(pipe2(ends, O_NONBLOCK), 0);
	capture_init(&capture, LIMIT);
	assert_int_equal(capture_read(&capture, ends[0]), CAPTURE_WAITS);
	assert_int_equal(write(ends[1], "abc", 3), 3);
	assert_int_equal(capture_read(&capture, ends[0]), CAPTURE_WAITS);
	assert_int_equal(write(ends[1], "def", 3), 3);
	capture_read_rest(&capture, ends[0]);
	capture_read_rest(&capture, ends[0]);
	assert_text(&capture, "abcdef");
	close(ends[1]);
	assert_int_equal(capture_read(&capture, ends[0]), CAPTURE_ENDED);
	close(ends[0]);
	capture_clear(&capture);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(short_output_is_kept_whole),
		cmocka_unit_test(long_output_is_cut_and_says_so),
		cmocka_unit_test(the_end_is_the_last_bytes),
		cmocka_unit_test(reading_ends_with_the_writer),
	};

	return cmocka_run_group_tests_name("capture", tests, NULL, NULL);
}
