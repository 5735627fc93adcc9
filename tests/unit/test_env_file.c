/*
 * test_env_file.c
 *		.env files: what python-dotenv reads, and what is refused.
 *
 * needs: daemon/env_file.c daemon/arena.c daemon/memory.c daemon/status.c
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

#include "env_file.h"

/* The value of A in a file that is text. */
static void
assert_a(const char *text, const char *expected)
{
	Arena *arena = arena_create();
	EnvFile *file = NULL;
	Error error;
	const char *value;

	if (env_file_parse(arena, "f", text, &file, &error) != STATUS_OK)
		fail_msg("<%s>: %s", text, error.message);
	value = env_file_find(file, "A");
	if (expected == NULL)
		assert_null(value);
	else
	{
		assert_non_null(value);
		assert_string_equal(value, expected);
	}
	arena_destroy(arena);
}

static void
assert_refused(const char *text, const char *expected)
{
	Arena *arena = arena_create();
	EnvFile *file = NULL;
	Error error;

	assert_int_equal(env_file_parse(arena, "f", text, &file, &error),
	                 STATUS_INVALID);
	assert_string_equal(error.message, expected);
	arena_destroy(arena);
}

static void
bare_values_end_at_blanks_and_comments(void **state)
{
	assert_a("A=b", "b");
	assert_a("A=b\n", "b");
	assert_a("  A = b c  \n", "b c");
	assert_a("A=b # comment", "b");
	assert_a("A=b#c", "b#c");
	assert_a("A=# comment", "");
	assert_a("A=", "");
	assert_a("A=\n", "");
	assert_a("A=a=b", "a=b");
	assert_a("A=$HOME/${X}\\n", "$HOME/${X}\\n");
	assert_a("A=it's", "it's");
}

static void
quotes_keep_what_is_in_them(void **state)
{
	assert_a("A=\"b # c\"  # d", "b # c");
	assert_a("A='b # c'", "b # c");
	assert_a("A=\" b \"", " b ");
	assert_a("A=\"\"", "");
	assert_a("A=\"a\\nb\\t\\\"\\\\\"", "a\nb\t\"\\");
	assert_a("A='a\\nb'", "a\\nb");
	assert_a("A='it\\'s'", "it's");
	assert_a("A=\"\\x\"", "\\x");
	assert_a("A=\"one\ntwo\"\nB=c", "one\ntwo");
}

static void
lines_that_set_nothing_are_passed_over(void **state)
{
	assert_a("", NULL);
	assert_a("\n\n  \n# A=c\n\t# x\nA=b", "b");
	assert_a("#A=b", NULL);
	assert_a("AB=c\nXA=d", NULL);
}

static void
windows_and_shell_habits_are_understood(void **state)
{
	assert_a("B=c\r\nA=b\r\nC=d\r\n", "b");
	assert_a("A=\"b\"\r\n", "b");
	assert_a("\xEF\xBB\xBF"
	         "A=b",
	         "b");
	assert_a("export A=b", "b");
	assert_a("export\tA='b'", "b");
	assert_a("exported=x\nA=b", "b");
}

static void
the_last_setting_counts(void **state)
{
	assert_a("A=1\nA=2\n", "2");
}

static void
what_is_no_setting_is_named_by_its_line_only(void **state)
{
	assert_refused("A=b\nsecret\n",
	               "\"f\" line 2: is not of the form NAME=value");
	assert_refused("=b", "\"f\" line 1: is not of the form NAME=value");
	assert_refused("1A=b", "\"f\" line 1: is not of the form NAME=value");
	assert_refused("A=\"b\nc\n", "\"f\" line 1: the quote is not closed");
	assert_refused("A='b\\'", "\"f\" line 1: the quote is not closed");
	assert_refused("A='b\\", "\"f\" line 1: the quote is not closed");
	assert_refused("A=\"b\" c",
	               "\"f\" line 1: there is text after the closing quote");
	assert_refused("A=\"b\nc\"\n\nsecret",
	               "\"f\" line 4: is not of the form NAME=value");
}

static void
names_come_in_order(void **state)
{
	Arena *arena = arena_create();
	EnvFile *file = NULL;
	Error error;

	assert_int_equal(env_file_parse(arena, "f", "B=1\nA=2\n", &file, &error),
	                 STATUS_OK);
	assert_string_equal(env_file_name(file, 0), "B");
	assert_string_equal(env_file_name(file, 1), "A");
	assert_null(env_file_name(file, 2));
	arena_destroy(arena);
}

static void
a_file_is_read_and_its_absence_told(void **state)
{
	char path[] = "/tmp/test_env_file.XXXXXX";
	int fd = mkstemp(path);
	Arena *arena = arena_create();
	EnvFile *file = NULL;
	Error error;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, "A=b\nC=\0", 7), 7);
	assert_int_equal(env_file_read(arena, path, &file, &error), STATUS_INVALID);
	assert_int_equal(ftruncate(fd, 4), 0);
	assert_int_equal(env_file_read(arena, path, &file, &error), STATUS_OK);
	assert_string_equal(env_file_find(file, "A"), "b");
	close(fd);
	unlink(path);
	assert_int_equal(env_file_read(arena, path, &file, &error),
	                 STATUS_NOT_FOUND);
	assert_int_equal(env_file_read(arena, "/tmp", &file, &error),
	                 STATUS_INVALID);
	arena_destroy(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bare_values_end_at_blanks_and_comments),
		cmocka_unit_test(quotes_keep_what_is_in_them),
		cmocka_unit_test(lines_that_set_nothing_are_passed_over),
		cmocka_unit_test(windows_and_shell_habits_are_understood),
		cmocka_unit_test(the_last_setting_counts),
		cmocka_unit_test(what_is_no_setting_is_named_by_its_line_only),
		cmocka_unit_test(names_come_in_order),
		cmocka_unit_test(a_file_is_read_and_its_absence_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
