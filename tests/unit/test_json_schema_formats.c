/*
 * test_json_schema_formats.c
 *		The formats of JSON Schema, at the edges that the official suite, which
 *		tests/integration runs, does not reach; and no byte read past the end.
 *
 * needs: extension/json_schema_time.c extension/json_schema_address.c
 * needs: extension/json_schema_pointer.c extension/json_schema_uri.c
 * needs: extension/json_schema_hostname.c extension/json_schema_idna.c
 * needs: extension/json_schema_punycode.c extension/json_schema_unicode.c
 * needs: extension/json_schema_unicode_tables.c
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "json_schema_address.h"
#include "json_schema_hostname.h"
#include "json_schema_pointer.h"
#include "json_schema_punycode.h"
#include "json_schema_time.h"
#include "json_schema_unicode.h"
#include "json_schema_uri.h"

typedef bool (*Check)(const char *text, size_t length);

#define TEXTS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* The text in memory of exactly its length, so ASan sees a byte more. */
static bool
checks(Check check, const char *text, size_t length)
{
	char *copy = malloc(length == 0 ? 1 : length);
	bool result;

	assert_non_null(copy);
	memcpy(copy, text, length);
	result = check(copy, length);
	free(copy);
	return result;
}

static void
assert_all(Check check, bool expected, const char *const *texts)
{
	for (; *texts != NULL; texts++)
		if (checks(check, *texts, strlen(*texts)) != expected)
			fail_msg("\"%s\" is %s", *texts, expected ? "refused" : "accepted");
}

static void
a_date_is_one_of_its_month(void **state)
{
	assert_all(time_is_date,
	           true,
	           TEXTS("2000-02-29", "2024-02-29", "0000-01-01", "9999-12-31"));
	assert_all(time_is_date,
	           false,
	           TEXTS("1900-02-29",
	                 "2023-02-29",
	                 "2024-04-31",
	                 "2024-13-01",
	                 "2024-1-01",
	                 "2024-01-01 ",
	                 "24-01-01",
	                 ""));
}

static void
a_leap_second_ends_a_day_in_utc(void **state)
{
	assert_all(time_is_time,
	           true,
	           TEXTS("23:59:60Z",
	                 "00:59:60+01:00",
	                 "18:59:60-05:00",
	                 "23:59:60.999-00:00",
	                 "12:00:00.000000000000000000001z"));
	assert_all(time_is_time,
	           false,
	           TEXTS("23:59:60+01:00",
	                 "00:00:60Z",
	                 "12:00:00.Z",
	                 "12:00Z",
	                 "12:00:00+1:00",
	                 "12:00:00+01",
	                 "24:00:00Z"));
	assert_all(time_is_date_time,
	           true,
	           TEXTS("2024-02-29T12:00:00Z", "2024-02-29t12:00:00+05:30"));
	assert_all(time_is_date_time,
	           false,
	           TEXTS("2024-02-29 12:00:00Z",
	                 "2024-02-29T12:00:00",
	                 "2024-02-29T",
	                 "2024-02-29"));
}

static void
a_duration_has_no_gap_between_its_units(void **state)
{
	assert_all(time_is_duration,
	           true,
	           TEXTS("P1Y", "P1Y2M3DT4H5M6S", "PT0S", "P3W", "P1M2DT3M"));
	assert_all(time_is_duration,
	           false,
	           TEXTS("P",
	                 "PT",
	                 "P1Y3D",
	                 "PT1H3S",
	                 "P1H",
	                 "PT1Y",
	                 "P1W2D",
	                 "P1DT",
	                 "1D",
	                 "P1.5D",
	                 "P1D2D",
	                 "PT1S2S",
	                 "P1Y1Y"));
}

static void
an_address_is_written_as_its_standard_says(void **state)
{
	assert_all(address_is_ipv4, true, TEXTS("0.0.0.0", "255.255.255.255"));
	assert_all(address_is_ipv4,
	           false,
	           TEXTS("256.0.0.1",
	                 "1.2.3",
	                 "1.2.3.4.5",
	                 "01.2.3.4",
	                 "1..2.3",
	                 "1.2.3.4 ",
	                 "0x1.2.3.4",
	                 "1.2.3.",
	                 ""));
	assert_all(address_is_ipv6,
	           true,
	           TEXTS("::",
	                 "::1",
	                 "1::",
	                 "1:2:3:4:5:6:7:8",
	                 "1::8",
	                 "::ffff:1.2.3.4",
	                 "1:2:3:4:5:6:1.2.3.4",
	                 "1:2:3:4:5:6:7::"));
	assert_all(address_is_ipv6,
	           false,
	           TEXTS(":",
	                 ":::",
	                 "1:2:3:4:5:6:7",
	                 "1:2:3:4:5:6:7:8:9",
	                 "1:2:3:4:5:6:7:8::",
	                 "1::2::3",
	                 "1.2.3.4::",
	                 "::1.2.3",
	                 "12345::",
	                 "::g",
	                 "::1%0",
	                 "1:2:3:4:5:6:7:1.2.3.4",
	                 ""));
}

static void
a_pointer_escapes_only_two_characters(void **state)
{
	char token[16];
	size_t position = 0;

	assert_all(pointer_is_absolute, true, TEXTS("", "/", "/a~0b~1c", "/~01"));
	assert_all(pointer_is_absolute, false, TEXTS("a", "/~", "/~2", "#/a"));
	assert_all(pointer_is_relative, true, TEXTS("0", "10/a", "2#"));
	assert_all(
		pointer_is_relative, false, TEXTS("", "/a", "01", "1a", "1##", "-1"));

	assert_int_equal(
		pointer_take_token("/a~01/b", strlen("/a~01/b"), &position, token), 3);
	assert_memory_equal(token, "a~1", 3);
	assert_int_equal(position, 5);
	assert_int_equal(
		pointer_take_token("/a~01/b", strlen("/a~01/b"), &position, token), 1);
	assert_memory_equal(token, "b", 1);
	assert_int_equal(position, 7);
}

static void
a_uri_is_made_of_allowed_characters(void **state)
{
	assert_all(uri_is_uri,
	           true,
	           TEXTS("a:",
	                 "http://",
	                 "http://u:p@h:80/p?q#f",
	                 "a:b:c",
	                 "http://[::1]:8080/",
	                 "http://[v1.a:b]",
	                 "urn:x:%41"));
	assert_all(uri_is_uri,
	           false,
	           TEXTS("",
	                 "a",
	                 "/a",
	                 "1a:b",
	                 "a:b c",
	                 "a:%4",
	                 "http://[::1",
	                 "http://[1]/",
	                 "http://h:8a/",
	                 "http://a@b@c/",
	                 "a:b#c#d",
	                 "a:\xC3\xA9",
	                 "http://[v.a]",
	                 "a:\x7F"));
	assert_all(uri_is_iri, true, TEXTS("a:\xC3\xA9", "a:?\xEE\x80\x80"));
	assert_all(uri_is_iri,
	           false,
	           TEXTS("a:\xEE\x80\x80", "a:\xC2\x80", "a:\xEF\xBF\xBF"));
	assert_all(uri_is_reference, true, TEXTS("", "a", "./a:b", "?a:b", "//h"));
	assert_all(uri_is_reference, false, TEXTS("a:b c", "1:b", ":", "a b"));
	assert_all(uri_is_template,
	           true,
	           TEXTS("", "{a}", "{+a,b*,c:3}", "a{/b}c", "{%41}"));
	assert_all(uri_is_template,
	           false,
	           TEXTS("{",
	                 "}",
	                 "{}",
	                 "{a",
	                 "{a:}",
	                 "{a:00001}",
	                 "{.}",
	                 "{a.}",
	                 "{a*b}",
	                 "a\"b",
	                 "{a,}",
	                 "{{a}}"));
}

static void
a_uri_splits_into_its_parts(void **state)
{
	static const char text[] = "s://a/p?q#f";
	Uri uri = uri_split(text, strlen(text));

	assert_memory_equal(uri.scheme.text, "s", uri.scheme.length);
	assert_memory_equal(uri.authority.text, "a", uri.authority.length);
	assert_memory_equal(uri.path.text, "/p", uri.path.length);
	assert_memory_equal(uri.query.text, "q", uri.query.length);
	assert_memory_equal(uri.fragment.text, "f", uri.fragment.length);

	/* Empty is there; absent is not. */
	uri = uri_split("a?#", 3);
	assert_null(uri.scheme.text);
	assert_null(uri.authority.text);
	assert_int_equal(uri.path.length, 1);
	assert_non_null(uri.query.text);
	assert_int_equal(uri.query.length, 0);
	assert_non_null(uri.fragment.text);
}

static void
a_label_has_one_spelling_in_punycode(void **state)
{
	/* RFC 3492, section 7.1 (A): Arabic (Egyptian). */
	static const uint32_t arabic[] = {0x0644,
	                                  0x064A,
	                                  0x0647,
	                                  0x0645,
	                                  0x0627,
	                                  0x0628,
	                                  0x062A,
	                                  0x0643,
	                                  0x0644,
	                                  0x0645,
	                                  0x0648,
	                                  0x0634,
	                                  0x0639,
	                                  0x0631,
	                                  0x0628,
	                                  0x064A,
	                                  0x061F};
	static const char spelling[] = "egbpdaj6bu4bxfgehfvwxn";
	uint32_t codes[LABEL_MAX];
	char text[LABEL_MAX];
	uint32_t far[LABEL_MAX];

	assert_int_equal(punycode_encode(arabic, 17, text), strlen(spelling));
	assert_memory_equal(text, spelling, strlen(spelling));
	assert_int_equal(punycode_decode(spelling, strlen(spelling), codes), 17);
	assert_memory_equal(codes, arabic, sizeof(arabic));

	assert_int_equal(punycode_decode("99999999", 8, codes), -1);
	assert_int_equal(punycode_decode("a-\x80", 3, codes), -1);

	/* 63 characters far apart fit in no label. */
	for (uint32_t i = 0; i < LABEL_MAX; i++)
		far[i] = i % 2 == 0 ? UNICODE_LAST - i : 0x80 + i;
	assert_int_equal(punycode_encode(far, LABEL_MAX, text), -1);
}

static void
a_host_name_is_labels(void **state)
{
	char name[255];

	assert_all(hostname_is_ascii,
	           true,
	           TEXTS("a", "a-b.c", "1.2", "xn--nxasmq6b.com", "A.B"));
	assert_all(hostname_is_ascii,
	           false,
	           TEXTS("",
	                 ".",
	                 "a.",
	                 "-a",
	                 "a-",
	                 "a..b",
	                 "a_b",
	                 "\xC3\xA9",
	                 "xn--",
	                 "xn--a",
	                 "xn--abc-",
	                 "xn--zzzzzzzz"));
	assert_all(hostname_is_international,
	           true,
	           TEXTS("\xC3\xA9.com",
	                 "xn--9ca.com",
	                 "a\xE3\x80\x82"
	                 "b"));
	assert_all(hostname_is_international,
	           false,
	           TEXTS("\xCC\x81"
	                 "a",
	                 "\xC3\x89",
	                 "a\xE2\x80\x8D"
	                 "b",
	                 "a b"));

	/* 253 octets are a name, 254 are none; "a.a. ... .a" */
	for (size_t i = 0; i < sizeof(name); i++)
		name[i] = i % 2 == 0 ? 'a' : '.';
	assert_true(checks(hostname_is_ascii, name, 253));
	assert_false(checks(hostname_is_ascii, name, 255));
}

static void
a_mail_address_has_one_at(void **state)
{
	assert_all(hostname_is_email,
	           true,
	           TEXTS("a@b",
	                 "a.b+c@d.e",
	                 "\"a\\\" @b\"@c",
	                 "a@[1.2.3.4]",
	                 "a@[IPv6:::1]"));
	assert_all(hostname_is_email,
	           false,
	           TEXTS("",
	                 "a",
	                 "@b",
	                 "a@",
	                 "a@b@c",
	                 ".a@b",
	                 "a..b@c",
	                 "\"a@b",
	                 "\"a\\",
	                 "a@[1.2.3]",
	                 "a@[::1]",
	                 "\xC3\xA9@b",
	                 "a b@c"));
	assert_all(
		hostname_is_international_email, true, TEXTS("\xC3\xA9@\xC3\xA9.x"));
}

/* Every format against noise of whole UTF-8 characters, from a fixed seed. */
static void
noise_is_never_read_past_its_end(void **state)
{
	static const Check all[] = {time_is_date,
	                            time_is_time,
	                            time_is_date_time,
	                            time_is_duration,
	                            address_is_ipv4,
	                            address_is_ipv6,
	                            pointer_is_absolute,
	                            pointer_is_relative,
	                            uri_is_uri,
	                            uri_is_reference,
	                            uri_is_iri,
	                            uri_is_iri_reference,
	                            uri_is_template,
	                            hostname_is_ascii,
	                            hostname_is_international,
	                            hostname_is_email,
	                            hostname_is_international_email};
	static const char *const pieces[] = {"0",
	                                     "1",
	                                     "9",
	                                     "a",
	                                     "f",
	                                     "x",
	                                     "T",
	                                     "Z",
	                                     "P",
	                                     "-",
	                                     ".",
	                                     ":",
	                                     "::",
	                                     "/",
	                                     "?",
	                                     "#",
	                                     "%",
	                                     "@",
	                                     "[",
	                                     "]",
	                                     "{",
	                                     "}",
	                                     "~",
	                                     "+",
	                                     "\"",
	                                     "\\",
	                                     "xn--",
	                                     "\xC3\xA9",
	                                     "\xE0\xA4\x95",
	                                     "\xE2\x80\x8D",
	                                     "\xD7\x90",
	                                     "\xF0\x9F\x90\xB2"};
	unsigned int seed = 20201208;
	int accepted = 0;

	for (int round = 0; round < 200000; round++)
	{
		char text[64];
		size_t length = 0;
		int count = rand_r(&seed) % 9;

		for (int i = 0; i < count; i++)
		{
			const char *piece = pieces[(size_t) rand_r(&seed) %
			                           (sizeof(pieces) / sizeof(pieces[0]))];

			memcpy(text + length, piece, strlen(piece));
			length += strlen(piece);
		}
		for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
			accepted += checks(all[i], text, length) ? 1 : 0;
	}
	/* The noise must be good enough to get somewhere. */
	assert_true(accepted > 1000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_date_is_one_of_its_month),
		cmocka_unit_test(a_leap_second_ends_a_day_in_utc),
		cmocka_unit_test(a_duration_has_no_gap_between_its_units),
		cmocka_unit_test(an_address_is_written_as_its_standard_says),
		cmocka_unit_test(a_pointer_escapes_only_two_characters),
		cmocka_unit_test(a_uri_is_made_of_allowed_characters),
		cmocka_unit_test(a_uri_splits_into_its_parts),
		cmocka_unit_test(a_label_has_one_spelling_in_punycode),
		cmocka_unit_test(a_host_name_is_labels),
		cmocka_unit_test(a_mail_address_has_one_at),
		cmocka_unit_test(noise_is_never_read_past_its_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
