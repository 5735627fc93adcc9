/*
 * test_auth.c
 *		Keys and tokens: what lets in, and the many things that do not.
 *
 * needs: daemon/auth.c daemon/base64url.c daemon/arena.c daemon/memory.c daemon/status.c
 * links: -ljansson -lcrypto
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "auth.h"
#include "base64url.h"

#define NOW 1700000000

typedef struct Fixture
{
	Arena *arena;
	Auth *auth;
	const char *token;
} Fixture;

static int
set_up(void **state)
{
	Fixture *fixture = calloc(1, sizeof(*fixture));

	fixture->arena = arena_create();
	fixture->auth = auth_create("the key");
	fixture->token = auth_issue_token(fixture->auth, NOW, fixture->arena);
	*state = fixture;
	return 0;
}

static int
tear_down(void **state)
{
	Fixture *fixture = *state;

	auth_destroy(fixture->auth);
	arena_destroy(fixture->arena);
	free(fixture);
	return 0;
}

static Status
bring(Fixture *fixture, const char *token, int64_t now)
{
	Error error;

	return auth_check(fixture->auth,
	                  NULL,
	                  arena_print(fixture->arena, "Bearer %s", token),
	                  now,
	                  &error);
}

/* A token of this header and payload, with the signature of the real one. */
static const char *
forge(Fixture *fixture, const char *header, const char *payload)
{
	return arena_print(
		fixture->arena,
		"%s.%s%s",
		base64url_print(
			fixture->arena, (const unsigned char *) header, strlen(header)),
		base64url_print(
			fixture->arena, (const unsigned char *) payload, strlen(payload)),
		strrchr(fixture->token, '.'));
}

static void
the_key_lets_in_and_nothing_like_it(void **state)
{
	Fixture *fixture = *state;
	const char *wrong[] = {"", "the ke", "the key ", "The key", "x"};
	Error error;

	assert_int_equal(auth_check(fixture->auth, "the key", NULL, NOW, &error),
	                 STATUS_OK);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(auth_check(fixture->auth, wrong[i], NULL, NOW, &error),
		                 STATUS_DENIED);
	assert_int_equal(auth_check(fixture->auth, NULL, NULL, NOW, &error),
	                 STATUS_DENIED);
}

static void
a_wrong_key_is_not_mended_by_a_good_token(void **state)
{
	Fixture *fixture = *state;
	const char *bearer =
		arena_print(fixture->arena, "Bearer %s", fixture->token);
	Error error;

	assert_int_equal(auth_check(fixture->auth, "wrong", bearer, NOW, &error),
	                 STATUS_DENIED);
}

static void
without_a_key_nobody_comes_in(void **state)
{
	Fixture *fixture = *state;
	Auth *keyless = auth_create(NULL);
	Error error;
	const char *own = auth_issue_token(keyless, NOW, fixture->arena);

	assert_int_equal(auth_check(keyless, "", NULL, NOW, &error), STATUS_DENIED);
	assert_int_equal(auth_check(keyless,
	                            NULL,
	                            arena_print(fixture->arena, "Bearer %s", own),
	                            NOW,
	                            &error),
	                 STATUS_DENIED);
	auth_destroy(keyless);
}

static void
a_token_is_good_for_half_an_hour(void **state)
{
	Fixture *fixture = *state;

	assert_int_equal(bring(fixture, fixture->token, NOW), STATUS_OK);
	assert_int_equal(bring(fixture, fixture->token, NOW + 1799), STATUS_OK);
	assert_int_equal(bring(fixture, fixture->token, NOW + 1800), STATUS_DENIED);
}

static void
the_scheme_is_read_in_any_case(void **state)
{
	Fixture *fixture = *state;
	Error error;
	const char *lower =
		arena_print(fixture->arena, "bearer %s", fixture->token);
	const char *basic = arena_print(fixture->arena, "Basic %s", fixture->token);

	assert_int_equal(auth_check(fixture->auth, NULL, lower, NOW, &error),
	                 STATUS_OK);
	assert_int_equal(auth_check(fixture->auth, NULL, basic, NOW, &error),
	                 STATUS_DENIED);
}

static void
a_token_of_another_key_is_refused(void **state)
{
	Fixture *fixture = *state;
	Auth *other = auth_create("another key");

	assert_int_equal(
		bring(fixture, auth_issue_token(other, NOW, fixture->arena), NOW),
		STATUS_DENIED);
	auth_destroy(other);
}

static void
no_other_algorithm_is_taken(void **state)
{
	Fixture *fixture = *state;
	const char *claims = "{\"sub\":\"dev\",\"exp\":99999999999}";
	const char *headers[] = {
		"{\"alg\":\"none\",\"typ\":\"JWT\"}",
		"{\"alg\":\"None\"}",
		"{\"alg\":\"HS384\",\"typ\":\"JWT\"}",
		"{\"alg\":\"RS256\",\"typ\":\"JWT\"}",
		"{\"alg\":\"HS256\",\"typ\":\"JWT\"}",
	};
	char *unsigned_token;

	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++)
		assert_int_equal(
			bring(fixture, forge(fixture, headers[i], claims), NOW),
			STATUS_DENIED);
	unsigned_token =
		arena_copy_text(fixture->arena, forge(fixture, headers[0], claims));
	strrchr(unsigned_token, '.')[1] = '\0';
	assert_int_equal(bring(fixture, unsigned_token, NOW), STATUS_DENIED);
}

/* The bits that base64url leaves over must be zero: one token, one text. */
static void
no_changed_character_is_overlooked(void **state)
{
	Fixture *fixture = *state;
	char *changed = arena_copy_text(fixture->arena, fixture->token);

	for (size_t i = 0; changed[i]; i++)
	{
		char was = changed[i];

		for (const char *other = "AQgwx-_.="; *other; other++)
		{
			if (*other == was)
				continue;
			changed[i] = *other;
			assert_int_equal(bring(fixture, changed, NOW), STATUS_DENIED);
		}
		changed[i] = was;
	}
	assert_int_equal(bring(fixture, changed, NOW), STATUS_OK);
}

static void
pieces_and_padding_of_a_token_are_refused(void **state)
{
	Fixture *fixture = *state;
	char *text = arena_copy_text(fixture->arena, fixture->token);

	for (size_t length = strlen(text); length-- > 0;)
	{
		text[length] = '\0';
		assert_int_equal(bring(fixture, text, NOW), STATUS_DENIED);
	}
	assert_int_equal(
		bring(fixture, arena_print(fixture->arena, "%s=", fixture->token), NOW),
		STATUS_DENIED);
	assert_int_equal(
		bring(fixture, arena_print(fixture->arena, "%05000d", 0), NOW),
		STATUS_DENIED);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(the_key_lets_in_and_nothing_like_it),
		TEST(a_wrong_key_is_not_mended_by_a_good_token),
		TEST(without_a_key_nobody_comes_in),
		TEST(a_token_is_good_for_half_an_hour),
		TEST(the_scheme_is_read_in_any_case),
		TEST(a_token_of_another_key_is_refused),
		TEST(no_other_algorithm_is_taken),
		TEST(no_changed_character_is_overlooked),
		TEST(pieces_and_padding_of_a_token_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
