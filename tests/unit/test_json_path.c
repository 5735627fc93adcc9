/*
 * test_json_path.c
 *		Paths as a reader sees them, and their bounds on hostile documents.
 *
 * needs: extension/json_path.c
 */
#include "postgres.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "json_path.h"

/* What the header promises, whatever the document holds. */
#define PATH_MAX_BYTES 1000

static JsonPath
key_of(const JsonPath *parent, const char *key)
{
	return json_path_key(parent, key, (int) strlen(key));
}

static void
assert_path(const JsonPath *path, const char *expected)
{
	char *text = json_path_print(path);

	assert_string_equal(text, expected);
	pfree(text);
}

static bool
is_utf8(const char *text)
{
	const unsigned char *c = (const unsigned char *) text;

	while (*c != '\0')
	{
		int more = *c < 0x80 ? 0 : *c < 0xe0 ? 1 : *c < 0xf0 ? 2 : 3;

		if (*c >= 0x80 && *c < 0xc0)
			return false;
		for (c++; more > 0; more--, c++)
		{
			if ((*c & 0xc0) != 0x80)
				return false;
		}
	}
	return true;
}

static void
root_is_a_dollar(void **state)
{
	JsonPath root = json_path_root();

	assert_path(&root, "$");
}

static void
keys_and_items_read_as_in_sql_json(void **state)
{
	JsonPath root = json_path_root();
	JsonPath steps = key_of(&root, "steps");
	JsonPath item = json_path_item(&steps, 2);
	JsonPath inputs = key_of(&item, "inputs");
	JsonPath url = key_of(&inputs, "url_2");

	assert_path(&url, "$.steps[2].inputs.url_2");
}

static void
key_that_is_no_identifier_is_quoted(void **state)
{
	JsonPath root = json_path_root();
	JsonPath blank = key_of(&root, "a b");
	JsonPath empty = key_of(&root, "");
	JsonPath digit = key_of(&root, "2nd");
	JsonPath letter = key_of(&root, "schl\xc3\xbcssel");
	JsonPath quote = key_of(&root, "a\"b\\c\n\x7f");

	assert_path(&blank, "$[\"a b\"]");
	assert_path(&empty, "$[\"\"]");
	assert_path(&digit, "$[\"2nd\"]");
	assert_path(&letter, "$[\"schl\xc3\xbcssel\"]");
	assert_path(&quote, "$[\"a\\\"b\\\\c\\u000a\\u007f\"]");
}

static void
key_ends_where_its_length_says(void **state)
{
	JsonPath root = json_path_root();
	JsonPath path = json_path_key(&root, "abcdef", 3);

	assert_path(&path, "$.abc");
}

static void
long_key_shows_both_ends(void **state)
{
	char key[200];
	JsonPath root = json_path_root();
	JsonPath path;
	char *text;

	memset(key, 'x', sizeof(key));
	memcpy(key, "first", 5);
	memcpy(key + sizeof(key) - 4, "last", 4);
	path = json_path_key(&root, key, sizeof(key));
	text = json_path_print(&path);
	assert_int_equal(strncmp(text, "$[\"first", 8), 0);
	assert_non_null(strstr(text, "x...x"));
	assert_string_equal(text + strlen(text) - 6, "last\"]");
	assert_true(strlen(text) < 100);
	pfree(text);
}

/* Every way that a cut can fall between the bytes of characters. */
static void
long_key_is_cut_between_characters(void **state)
{
	for (int shift = 0; shift < 12; shift++)
	{
		char key[300];
		JsonPath root = json_path_root();
		JsonPath path;
		char *text;
		int length = shift;

		memset(key, 'a', (size_t) shift);
		while (length + 4 <= (int) sizeof(key) - shift % 5)
		{
			memcpy(key + length, "\xf0\x9f\x90\x98", 4);
			length += 4;
		}
		path = json_path_key(&root, key, length);
		text = json_path_print(&path);
		assert_true(is_utf8(text));
		pfree(text);
	}
}

static void
deep_chain_shows_root_and_leaf(void **state)
{
	enum
	{
		DEPTH = 10000
	};
	static JsonPath chain[DEPTH];
	char *text;

	chain[0] = json_path_root();
	for (int i = 1; i < DEPTH; i++)
		chain[i] = json_path_item(&chain[i - 1], i);
	text = json_path_print(&chain[DEPTH - 1]);
	assert_int_equal(strncmp(text, "$[1][2][3]", 10), 0);
	assert_non_null(strstr(text, "]...["));
	assert_string_equal(text + strlen(text) - 12, "[9998][9999]");
	assert_true(strlen(text) <= PATH_MAX_BYTES);
	pfree(text);
}

/* Each byte of these keys prints as six. */
static void
worst_keys_keep_the_bound(void **state)
{
	enum
	{
		DEPTH = 50
	};
	static JsonPath chain[DEPTH];
	char key[1000];
	char *text;

	memset(key, 1, sizeof(key));
	chain[0] = json_path_root();
	for (int i = 1; i < DEPTH; i++)
		chain[i] = json_path_key(&chain[i - 1], key, sizeof(key));
	text = json_path_print(&chain[DEPTH - 1]);
	assert_true(strlen(text) <= PATH_MAX_BYTES);
	assert_int_equal(strncmp(text, "$[\"\\u0001", 9), 0);
	assert_string_equal(text + strlen(text) - 8, "\\u0001\"]");
	pfree(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(root_is_a_dollar),
		cmocka_unit_test(keys_and_items_read_as_in_sql_json),
		cmocka_unit_test(key_that_is_no_identifier_is_quoted),
		cmocka_unit_test(key_ends_where_its_length_says),
		cmocka_unit_test(long_key_shows_both_ends),
		cmocka_unit_test(long_key_is_cut_between_characters),
		cmocka_unit_test(deep_chain_shows_root_and_leaf),
		cmocka_unit_test(worst_keys_keep_the_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
