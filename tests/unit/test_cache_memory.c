/*
 * test_cache_memory.c
 *		What the cache in the process keeps and lets go, and the labels it goes by.
 *
 * needs: daemon/cache_memory.c daemon/cache_key.c daemon/cache_labels.c daemon/arena.c daemon/memory.c
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cache_labels.h"
#include "cache_memory.h"

#define ROOM ((size_t) 64 * 1024)

static CacheMemory *memory;

static int
set_up(void **state)
{
	memory = cache_memory_create(ROOM);
	return 0;
}

static int
tear_down(void **state)
{
	cache_memory_destroy(memory);
	return 0;
}

static CacheKey
key_of(const char *name)
{
	return (CacheKey){.bytes = name, .length = strlen(name)};
}

static CacheEntry *
put(const char *name, int topic, uint64_t label, const char *json)
{
	const CacheKey key = key_of(name);
	const CacheAnswer answer = {
		.json = json, .length = strlen(json), .tag = "\"r1\"", .rows = -1};

	return cache_memory_put(memory, &key, topic, label, &answer);
}

static CacheEntry *
find(const char *name)
{
	const CacheKey key = key_of(name);

	return cache_memory_find(memory, &key);
}

static void
what_was_put_is_found_whole(void **state)
{
	const CacheKey key = key_of("list");
	const CacheAnswer answer = {
		.json = "[1]", .length = 3, .tag = "\"x\"", .rows = 1, .last = "k"};
	const CacheEntry *entry;

	cache_memory_put(memory, &key, 7, 42, &answer);
	entry = find("list");
	assert_non_null(entry);
	assert_string_equal(entry->answer.json, "[1]");
	assert_string_equal(entry->answer.tag, "\"x\"");
	assert_string_equal(entry->answer.last, "k");
	assert_int_equal(entry->answer.rows, 1);
	assert_int_equal(entry->topic, 7);
	assert_int_equal(entry->label, 42);
	assert_null(find("lis"));
}

static void
a_second_put_takes_the_place_of_the_first(void **state)
{
	put("a", 0, 1, "old");
	put("a", 0, 2, "new");
	assert_string_equal(find("a")->answer.json, "new");
	assert_int_equal(cache_memory_entries(memory), 1);
}

static void
what_was_not_asked_for_the_longest_goes_first(void **state)
{
	char name[16];
	char json[1024];
	int kept = 0;

	memset(json, 'x', sizeof(json));
	json[sizeof(json) - 1] = '\0';
	for (int i = 0; i < 200; i++)
	{
		snprintf(name, sizeof(name), "%d", i);
		assert_non_null(put(name, 0, 0, json));
		assert_non_null(find("0"));
		assert_true(cache_memory_bytes(memory) <= ROOM);
	}
	for (int i = 0; i < 200; i++)
	{
		snprintf(name, sizeof(name), "%d", i);
		kept += find(name) != NULL;
	}
	assert_int_equal(kept, cache_memory_entries(memory));
	assert_true(kept > 10 && kept < 100);
	assert_null(find("1"));
	assert_non_null(find("199"));
}

static void
one_that_would_drive_all_others_out_is_not_kept(void **state)
{
	char *json = calloc(1, ROOM);

	memset(json, 'x', ROOM - 1);
	put("small", 0, 0, "1");
	assert_null(put("large", 0, 0, json));
	assert_null(find("large"));
	assert_non_null(find("small"));
	free(json);
}

static void
only_what_has_another_label_is_dropped(void **state)
{
	uint64_t labels[CACHE_TOPICS] = {0};

	labels[3] = 30;
	labels[4] = 40;
	put("old", 3, 29, "1");
	put("new", 3, 30, "2");
	put("other", 4, 40, "3");
	cache_memory_drop_stale(memory, labels);
	assert_null(find("old"));
	assert_non_null(find("new"));
	assert_non_null(find("other"));
	labels[4] = 41;
	cache_memory_drop_stale(memory, labels);
	assert_non_null(find("new"));
	assert_null(find("other"));
}

static void
what_is_kept_outlives_its_drop(void **state)
{
	Arena *arena = arena_create();
	CacheEntry *entry = put("a", 0, 1, "still here");

	cache_memory_keep(entry, arena);
	put("a", 0, 2, "new");
	assert_string_equal(entry->answer.json, "still here");
	arena_destroy(arena);
	assert_string_equal(find("a")->answer.json, "new");
}

static void
labels_are_of_parts_and_of_their_kind(void **state)
{
	CacheLabels labels = {0};
	int whole = cache_topic(CACHE_MCPS, CACHE_WHOLE);
	int part = cache_topic(CACHE_MCPS, 5);
	CacheLabels before;

	assert_true(cache_labels_read(&labels, "-77 3 65:100 38:6"));
	assert_string_equal(labels.known, "-77");
	assert_int_equal(labels.rows, 3);
	assert_int_equal(labels.of[part], 100 ^ 6);
	assert_int_equal(labels.of[whole], 100 ^ 6);
	before = labels;
	/* Another part changes the whole, and no part but itself. */
	assert_true(cache_labels_read(&labels, "5 4 65:100 38:6 39:9"));
	assert_int_equal(labels.of[part], before.of[part]);
	assert_int_not_equal(labels.of[whole], before.of[whole]);
	/* What is said of the whole changes each part; other kinds stay. */
	assert_true(cache_labels_read(&labels, "6 4 65:101 38:6 39:9"));
	assert_int_not_equal(labels.of[part], before.of[part]);
	assert_int_equal(labels.of[cache_topic(CACHE_RUNS, 5)], 0);
}

static void
labels_that_make_no_sense_change_nothing(void **state)
{
	static const char *const texts[] = {"",
	                                    "1",
	                                    "x 1 0:1",
	                                    "1 2 99:1",
	                                    "1 2 -1:1",
	                                    "1 2 0",
	                                    "1 2 0:",
	                                    "99999999999999999999 1 0:1"};
	CacheLabels labels = {0};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
	{
		assert_false(cache_labels_read(&labels, texts[i]));
		assert_false(labels.is_known);
		assert_int_equal(labels.version, 0);
	}
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_was_put_is_found_whole),
		TEST(a_second_put_takes_the_place_of_the_first),
		TEST(what_was_not_asked_for_the_longest_goes_first),
		TEST(one_that_would_drive_all_others_out_is_not_kept),
		TEST(only_what_has_another_label_is_dropped),
		TEST(what_is_kept_outlives_its_drop),
		TEST(labels_are_of_parts_and_of_their_kind),
		TEST(labels_that_make_no_sense_change_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
