/*
 * test_sse.c
 *		Server-sent events, cut at every byte.
 *
 * needs: daemon/sse.c daemon/text_buffer.c daemon/arena.c daemon/memory.c
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sse.h"

/* What came, each event between brackets. */
typedef struct Heard
{
	char text[512];
	size_t length;
	int wanted; /* no more than so many events */
} Heard;

static bool
hear(void *context, const char *data, size_t length)
{
	Heard *heard = context;

	heard->text[heard->length++] = '[';
	memcpy(heard->text + heard->length, data, length);
	heard->length += length;
	heard->text[heard->length++] = ']';
	heard->text[heard->length] = '\0';
	return --heard->wanted > 0;
}

static bool
take(Heard *heard, const char *stream, size_t length, const size_t cuts[2])
{
	Arena *arena = arena_create();
	Sse sse;
	bool is_fine;

	*heard = (Heard){.wanted = 100};
	sse_init(&sse, arena, 64, hear, heard);
	is_fine = sse_take(&sse, stream, cuts[0]) &&
	          sse_take(&sse, stream + cuts[0], cuts[1] - cuts[0]) &&
	          sse_take(&sse, stream + cuts[1], length - cuts[1]);
	arena_destroy(arena);
	return is_fine;
}

/* In three pieces, cut at every two places: the same comes of it. */
static void
assert_heard(const char *stream, const char *expected)
{
	size_t length = strlen(stream);
	Heard heard;

	for (size_t first = 0; first <= length; first++)
	{
		for (size_t second = first; second <= length; second++)
		{
			const size_t cuts[2] = {first, second};

			assert_true(take(&heard, stream, length, cuts));
			assert_string_equal(heard.text, expected);
		}
	}
}

static void
events_are_the_same_however_they_are_cut(void **state)
{
	assert_heard("data: a\n\ndata: b\n\n", "[a][b]");
	assert_heard("data: a\r\n\r\ndata: b\r\n\r\n", "[a][b]");
	assert_heard("data: a\r\rdata: b\r\r", "[a][b]");
	assert_heard("data: a\n\r\ndata: b\r\n\n", "[a][b]");
}

static void
lines_of_data_are_joined(void **state)
{
	assert_heard("data: a\ndata: b\ndata\ndata:\ndata:  c\n\n",
	             "[a\nb\n\n\n c]");
	assert_heard("data:{\"a\": 1}\n\n", "[{\"a\": 1}]");
}

static void
what_is_no_data_is_passed_over(void **state)
{
	assert_heard(": comment\nevent: x\nid: 5\nretry: 1\ndata: a\n\n", "[a]");
	assert_heard("event: x\n\n\n\ndatum: y\n\n", "");
	assert_heard("dat: x\ndata a\n\ndata: z\n\n", "[z]");
}

static void
an_event_without_its_end_is_none(void **state)
{
	assert_heard("data: a\n\ndata: b\n", "[a]");
	assert_heard("data: a", "");
}

static void
a_byte_order_mark_may_come_first(void **state)
{
	assert_heard("\xef\xbb\xbf"
	             "data: a\n\n",
	             "[a]");
}

static void
an_event_over_the_limit_ends_it(void **state)
{
	char stream[128];
	Heard heard;

	/* "data:" counts as long as its line does. */
	for (int length = 50; length < 100; length++)
	{
		const size_t cuts[2] = {7, (size_t) length};

		memset(stream, 'x', sizeof(stream));
		memcpy(stream, "data:", 5);
		memcpy(stream + length, "\n\n", 2);
		assert_int_equal(take(&heard, stream, (size_t) length + 2, cuts),
		                 length <= 64);
	}
	assert_false(
		take(&heard,
	         "data: aaaaaaaaaaaaaaaaaaaaaaaaa\ndata: bbbbbbbbbbbbbbbbbb"
	         "bbbbbbbbbbbbbb\ndata: ccccccccccc\n\n",
	         99,
	         (const size_t[2]){3, 50}));
}

static void
nothing_is_told_to_who_wants_no_more(void **state)
{
	static const char stream[] = "data: a\n\ndata: b\n\ndata: c\n\n";
	Arena *arena = arena_create();
	Heard heard = {.wanted = 2};
	Sse sse;

	sse_init(&sse, arena, 64, hear, &heard);
	assert_false(sse_take(&sse, stream, sizeof(stream) - 1));
	assert_string_equal(heard.text, "[a][b]");
	arena_destroy(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(events_are_the_same_however_they_are_cut),
		cmocka_unit_test(lines_of_data_are_joined),
		cmocka_unit_test(what_is_no_data_is_passed_over),
		cmocka_unit_test(an_event_without_its_end_is_none),
		cmocka_unit_test(a_byte_order_mark_may_come_first),
		cmocka_unit_test(an_event_over_the_limit_ends_it),
		cmocka_unit_test(nothing_is_told_to_who_wants_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
