/*
 * test_log.c
 *		A line is one line, whatever its values hold.
 *
 * needs: daemon/log.c daemon/log_line.c daemon/status.c daemon/utf8.c
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

#include "log.h"

static char line[8192];

/* What write_one puts on stderr, behind the time. */
static const char *
capture(void (*write_one)(void))
{
	int ends[2];
	int kept = dup(STDERR_FILENO);
	ssize_t length;

	assert_int_equal(pipe(ends), 0);
	dup2(ends[1], STDERR_FILENO);
	write_one();
	dup2(kept, STDERR_FILENO);
	close(kept);
	close(ends[1]);
	length = read(ends[0], line, sizeof(line) - 1);
	close(ends[0]);
	assert_true(length >= 0);
	line[length] = '\0';
	return length == 0 ? line : strchr(line, ' ') + 1;
}

static void
write_fields(void)
{
	log_info("began",
	         LOG_FIELDS(log_text("plain", "a/b:c"),
	                    log_number("count", -3),
	                    log_text("none", NULL)));
}

static void
write_forgery(void)
{
	log_warning("began",
	            LOG_FIELDS(log_text("id", "a\nERROR \"x\"\\\t\x7F=\xC3\xA4")));
}

static void
write_long(void)
{
	static char text[10000];

	memset(text, '\n', sizeof(text) - 1);
	log_error("began", LOG_FIELDS(log_text("text", text)));
}

static void
write_debug(void)
{
	log_debug("began", NULL);
}

static void
fields_follow_the_message(void **state)
{
	assert_string_equal(capture(write_fields),
	                    "INFO began plain=a/b:c count=-3 none=\"\"\n");
}

static void
a_value_cannot_forge_a_line(void **state)
{
	assert_string_equal(
		capture(write_forgery),
		"WARNING began id=\"a\\nERROR \\\"x\\\"\\\\\\u0009\\u007f=\xC3\xA4\"\n");
}

static void
a_long_value_is_cut_and_ended(void **state)
{
	const char *text = capture(write_long);

	assert_int_equal(strlen(text), strlen("ERROR began text=\"\"\n") + 2000);
	assert_string_equal(text + strlen(text) - 4, "\\n\"\n");
}

static void
write_many(void)
{
	static char text[1000];

	memset(text, '\1', sizeof(text) - 1);
	log_info("began",
	         LOG_FIELDS(log_text("first", text),
	                    log_text("second", "is left out"),
	                    log_number("third", 3)));
}

/* Whole lines, however little fits: what is left out is left out as fields. */
static void
what_does_not_fit_is_left_out(void **state)
{
	const char *text = capture(write_many);

	assert_true(strlen(line) <= 4096);
	assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
	assert_null(strstr(text, "second"));
	log_set_format(LOG_FORMAT_JSON);
	capture(write_many);
	log_set_format(LOG_FORMAT_TEXT);
	assert_true(strlen(line) <= 4096);
	assert_string_equal(line + strlen(line) - 3, "\"}\n");
}

static void
write_bytes(void)
{
	log_info("began", LOG_FIELDS(log_text("bytes", "\xFF\xC3\xA4\n")));
}

static void
a_line_of_json_is_an_object(void **state)
{
	log_set_format(LOG_FORMAT_JSON);
	capture(write_fields);
	assert_non_null(strstr(line, "{\"time\":\"20"));
	assert_non_null(
		strstr(line,
	           "Z\",\"level\":\"INFO\",\"message\":\"began\","
	           "\"plain\":\"a/b:c\",\"count\":-3,\"none\":\"\"}\n"));
	capture(write_bytes);
	assert_non_null(strstr(line, "\"bytes\":\"?\xC3\xA4\\n\"}\n"));
	log_set_format(LOG_FORMAT_TEXT);
}

static void
lines_below_the_level_are_dropped(void **state)
{
	assert_string_equal(capture(write_debug), "");
	log_set_level(LOG_LEVEL_DEBUG);
	assert_string_equal(capture(write_debug), "DEBUG began\n");
	log_set_level(LOG_LEVEL_INFO);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_follow_the_message),
		cmocka_unit_test(a_value_cannot_forge_a_line),
		cmocka_unit_test(a_long_value_is_cut_and_ended),
		cmocka_unit_test(what_does_not_fit_is_left_out),
		cmocka_unit_test(a_line_of_json_is_an_object),
		cmocka_unit_test(lines_below_the_level_are_dropped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
