/*
 * test_ctl_layout.c
 *		Tables of mcpctl: columns as wide as they must be, no escape gets through.
 *
 * needs: daemon/ctl/layout.c daemon/ctl/terminal.c daemon/arena.c
 * needs: daemon/memory.c daemon/text_buffer.c daemon/utf8.c
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <locale.h>
#include <string.h>

#include "layout.h"

static const LayoutSide sides[] = {LAYOUT_LEFT, LAYOUT_RIGHT, LAYOUT_LAST};

static const char *
print(Arena *arena, const Terminal *terminal, const char *const *cells)
{
	TextBuffer *buffer = text_buffer_create(arena);
	Layout *layout = layout_create(arena, 3, sides);

	for (; *cells; cells++)
		layout_add(layout, *cells, PAINT_GOOD);
	layout_print(layout, terminal, buffer);
	return text_buffer_text(buffer);
}

static void
columns_are_as_wide_as_their_widest_cell(void **state)
{
	Arena *arena = arena_create();
	Terminal pipe = {.width = 0};

	assert_string_equal(
		print(
			arena,
			&pipe,
			(const char *[]){
				"NAME", "N", "TEXT", "a", "100", "x", "abcdef", "7", "", NULL}),
		"NAME      N  TEXT\n"
		"a       100  x\n"
		"abcdef    7\n");
	arena_destroy(arena);
}

static void
wide_characters_take_two_columns(void **state)
{
	Arena *arena = arena_create();
	Terminal pipe = {.width = 0};

	assert_string_equal(
		print(
			arena,
			&pipe,
			(const char *[]){"\u6f22\u5b57", "1", "x", "abcd", "2", "y", NULL}),
		"\u6f22\u5b57  1  x\nabcd  2  y\n");
	arena_destroy(arena);
}

static void
the_last_columns_are_cut_where_the_terminal_ends(void **state)
{
	Arena *arena = arena_create();
	Terminal narrow = {.is_terminal = true, .width = 20, .has_symbols = true};

	assert_string_equal(
		print(arena,
	          &narrow,
	          (const char *[]){
				  "a", "1", "a text that is longer than twenty columns", NULL}),
		"a  1  a text that i\u2026\n");
	/* Ten columns are left to it, whatever else there is. */
	narrow.width = 5;
	narrow.has_symbols = false;
	assert_string_equal(
		print(arena,
	          &narrow,
	          (const char *[]){"abcdef", "1", "a text that is longer", NULL}),
		"abcdef  1  a text th.\n");
	arena_destroy(arena);
}

static void
paint_stands_around_text_and_takes_no_room(void **state)
{
	Arena *arena = arena_create();
	Terminal colours = {.is_terminal = true, .has_colour = true};

	assert_string_equal(
		print(arena,
	          &colours,
	          (const char *[]){"a", "1", "x", "ab", "2", "", NULL}),
		"\033[32ma\033[0m   \033[32m1\033[0m  \033[32mx\033[0m\n"
		"\033[32mab\033[0m  \033[32m2\033[0m\n");
	arena_destroy(arena);
}

static void
no_control_character_gets_through(void **state)
{
	Arena *arena = arena_create();

	assert_string_equal(layout_clean(arena, "a\033[31mb\nc\x7f"), "a [31mb c ");
	assert_string_equal(layout_clean(arena,
	                                 "\xc2\x9b"
	                                 "31m"),
	                    "  31m");
	assert_string_equal(layout_clean(arena, "\xff\xc3"), "??");
	assert_string_equal(layout_clean(arena, "\u00e4\U0001f600"),
	                    "\u00e4\U0001f600");
	arena_destroy(arena);
}

static void
signs_are_letters_where_there_are_no_symbols(void **state)
{
	Terminal plain = {.is_terminal = false};
	Terminal rich = {.is_terminal = true, .has_symbols = true};

	assert_string_equal(terminal_sign_of(&plain, "FAILED"), "!");
	assert_string_equal(terminal_sign_of(&rich, "FAILED"), "\u2718");
	assert_string_equal(terminal_sign_of(&rich, "nonsense"), " ");
	assert_string_equal(terminal_paint(&plain, PAINT_BAD), "");
	assert_string_equal(terminal_plain(&plain, PAINT_BAD), "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(columns_are_as_wide_as_their_widest_cell),
		cmocka_unit_test(wide_characters_take_two_columns),
		cmocka_unit_test(the_last_columns_are_cut_where_the_terminal_ends),
		cmocka_unit_test(paint_stands_around_text_and_takes_no_room),
		cmocka_unit_test(no_control_character_gets_through),
		cmocka_unit_test(signs_are_letters_where_there_are_no_symbols),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
