/*
 * test_arena.c
 *		Memory of an arena: zeroed, aligned, kept objects closed in order.
 *
 * needs: daemon/arena.c daemon/memory.c
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "arena.h"

static char closed[8];

static void
close_one(void *object)
{
	strcat(closed, object);
}

static void
pieces_of_any_size_are_zeroed_aligned_and_apart(void **state)
{
	static const size_t sizes[] = {
		0, 1, 7, 16, 4000, 5000, 16384, 16385, 300000};
	Arena *arena = arena_create();
	unsigned char *pieces[200];

	for (size_t i = 0; i < 200; i++)
	{
		size_t size = sizes[i % (sizeof(sizes) / sizeof(sizes[0]))];

		pieces[i] = arena_alloc(arena, size);
		assert_int_equal((uintptr_t) pieces[i] % _Alignof(max_align_t), 0);
		for (size_t byte = 0; byte < size; byte++)
			assert_int_equal(pieces[i][byte], 0);
		memset(pieces[i], (int) i, size);
	}
	for (size_t i = 0; i < 200; i++)
	{
		size_t size = sizes[i % (sizeof(sizes) / sizeof(sizes[0]))];

		for (size_t byte = 0; byte < size; byte++)
			assert_int_equal(pieces[i][byte], (unsigned char) i);
	}
	arena_destroy(arena);
}

static void
a_large_piece_leaves_the_rest_of_a_block_usable(void **state)
{
	Arena *arena = arena_create();
	char *before = arena_alloc(arena, 16);
	char *after;

	arena_alloc(arena, 1000000);
	after = arena_alloc(arena, 16);
	assert_ptr_equal(before + 16, after);
	arena_destroy(arena);
}

static void
what_is_kept_is_closed_last_first(void **state)
{
	Arena *arena = arena_create();

	*closed = '\0';
	arena_keep(arena, "a", close_one);
	arena_keep(arena, "b", close_one);
	arena_keep(arena, "c", close_one);
	assert_string_equal(closed, "");
	arena_destroy(arena);
	assert_string_equal(closed, "cba");
}

static void
keep_another(void *arena)
{
	arena_keep(arena, arena_copy_text(arena, "x"), close_one);
}

static void
a_closer_may_keep_one_more(void **state)
{
	Arena *arena = arena_create();

	*closed = '\0';
	arena_keep(arena, arena, keep_another);
	arena_destroy(arena);
	assert_string_equal(closed, "x");
}

static void
copies_and_prints_end_with_a_nul(void **state)
{
	Arena *arena = arena_create();
	char *bytes = arena_copy(arena, "a\0b", 3);

	assert_memory_equal(bytes, "a\0b", 4);
	assert_string_equal(arena_copy(arena, NULL, 0), "");
	assert_string_equal(arena_copy_text(arena, "text"), "text");
	assert_string_equal(arena_print(arena, "%s %d", "n", 42), "n 42");
	assert_int_equal(strlen(arena_print(arena, "%100000d", 1)), 100000);
	arena_destroy(arena);
}

static void
destroying_nothing_is_fine(void **state)
{
	arena_destroy(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_of_any_size_are_zeroed_aligned_and_apart),
		cmocka_unit_test(a_large_piece_leaves_the_rest_of_a_block_usable),
		cmocka_unit_test(what_is_kept_is_closed_last_first),
		cmocka_unit_test(a_closer_may_keep_one_more),
		cmocka_unit_test(copies_and_prints_end_with_a_nul),
		cmocka_unit_test(destroying_nothing_is_fine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
