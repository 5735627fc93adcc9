/*
 * test_template.c
 *		Texts with {name} in them: what is filled in, and what stays.
 *
 * needs: daemon/template.c daemon/text_buffer.c daemon/json_view.c daemon/json_check.c
 * needs: daemon/json_write.c daemon/arena.c daemon/memory.c daemon/utf8.c
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "template.h"

#define INPUTS                                                           \
	"{\"a\": \"x\", \"n\": 12345678901234567890, \"list\": [1,\"two\"]," \
	" \"nothing\": null, \"loop\": \"{a}\", \"gr\xc3\xbc\": \"\xc3\xa4/?\"}"

static int
make(void **state)
{
	Arena *arena = arena_create();
	Template *template = arena_alloc(arena, sizeof(*template));

	template_init(template, arena, json_view_trust(INPUTS));
	*state = template;
	return 0;
}

static int
drop(void **state)
{
	arena_destroy(((Template *) *state)->arena);
	return 0;
}

static void
names_are_filled_in_and_nothing_else_is(void **state)
{
	static const char *const cases[][2] = {
		{"", ""},
		{"plain", "plain"},
		{"{a}{a}", "xx"},
		{"{n} {list} {nothing}", "12345678901234567890 [1,\"two\"] null"},
		{"{loop}", "{a}"},
		{"{{a}} {{{a}}}", "{a} {x}"},
		{"{\"json\": [{}, { }]}", "{\"json\": [{}, { }]}"},
		{"{a", "{a"},
		{"a}", "a}"},
		{"{", "{"},
		{"{a.b} {a!r} {0}", "{a.b} {a!r} {0}"},
		{"{gr\xc3\xbc}", "\xc3\xa4/?"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(template_fill(*state, cases[i][0], TEMPLATE_TEXT),
		                    cases[i][1]);
	assert_null(template_missing(*state));
}

static void
in_a_url_what_is_filled_in_is_encoded(void **state)
{
	assert_string_equal(
		template_fill(*state, "http://h/{gr\xc3\xbc}?q={a}", TEMPLATE_URL),
		"http://h/%C3%A4%2F%3F?q=x");
}

static void
missing_names_are_told_once_in_order(void **state)
{
	template_fill(*state, "{zz} {a} {b} {zz} {z}", TEMPLATE_TEXT);
	template_fill(*state, "{b}", TEMPLATE_URL);
	assert_string_equal(template_missing(*state), "zz, b, z");
}

static void
a_text_that_is_one_name_becomes_the_value(void **state)
{
	JsonWriter *writer = json_writer_create();

	template_fill_value(
		*state,
		json_view_trust("{\"{a}\": \"{list}\", \"t\": \"<{n}>\", \"m\": [true, "
	                    "\"{{a}}\", \"{nothing}\", 1.50]}"),
		writer);
	assert_string_equal(
		json_writer_text(writer),
		"{\"{a}\":[1,\"two\"],\"t\":\"<12345678901234567890>\",\"m\":[true,"
		"\"{a}\",null,1.50]}");
	json_writer_destroy(writer);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			names_are_filled_in_and_nothing_else_is, make, drop),
		cmocka_unit_test_setup_teardown(
			in_a_url_what_is_filled_in_is_encoded, make, drop),
		cmocka_unit_test_setup_teardown(
			missing_names_are_told_once_in_order, make, drop),
		cmocka_unit_test_setup_teardown(
			a_text_that_is_one_name_becomes_the_value, make, drop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
