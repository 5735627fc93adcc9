/*
 * test_auth.c
 *		Keys and tokens: who is let in, and every way of not being.
 *
 * needs: daemon/auth.c daemon/base64url.c daemon/arena.c daemon/memory.c
 * needs: daemon/status.c daemon/jwt.c daemon/jwt_signature.c daemon/jwks.c
 * links: -lcrypto -ljansson
 */
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "auth.h"
#include "base64url.h"

#define KEY "the key of the house"
#define NOW 1700000000

static const unsigned char token_key[TOKEN_KEY_BYTES] = "the key of tokens";

static Arena *arena;
static const AuthIdentity nobody; /* but the bootstrap key */
static Auth *auth;

static int
set_up(void **state)
{
	arena = arena_create();
	auth = auth_create(KEY, token_key, NULL);
	return 0;
}

static int
tear_down(void **state)
{
	auth_destroy(auth);
	arena_destroy(arena);
	return 0;
}

static bool
lets_in(const Auth *by, const char *api_key, const char *authorization,
        int64_t now)
{
	Error error;
	AuthIdentity identity;
	Status status = auth_identify(
		by, api_key, authorization, now, arena, &identity, &error);

	if (status != STATUS_OK)
	{
		assert_int_equal(status, STATUS_STRANGER);
		assert_null(strstr(error.message, KEY));
	}
	return status == STATUS_OK;
}

static const char *
bearer(const char *token)
{
	return arena_print(arena, "Bearer %s", token);
}

/* What the bootstrap key alone would sign with. */
static void
make_key_of(const char *key, unsigned char *made)
{
	HMAC(EVP_sha256(),
	     key,
	     (int) strlen(key),
	     (const unsigned char *) "mcpd development token",
	     22,
	     made,
	     NULL);
}

static const char *
sign_with(const unsigned char *key, const char *header, const char *payload)
{
	unsigned char digest[32];
	const char *text;

	text = arena_print(
		arena,
		"%s.%s",
		base64url_print(arena, (const unsigned char *) header, strlen(header)),
		base64url_print(
			arena, (const unsigned char *) payload, strlen(payload)));
	HMAC(EVP_sha256(),
	     key,
	     32,
	     (const unsigned char *) text,
	     strlen(text),
	     digest,
	     NULL);
	return arena_print(
		arena, "%s.%s", text, base64url_print(arena, digest, sizeof(digest)));
}

/* A token with any header and payload, signed as by us. */
static const char *
forge(const char *header, const char *payload, const char *key)
{
	unsigned char made[32];

	make_key_of(key, made);
	HMAC(EVP_sha256(), token_key, sizeof(token_key), made, 32, made, NULL);
	return sign_with(made, header, payload);
}

static void
the_key_lets_in_and_nothing_near_it(void **state)
{
	assert_true(lets_in(auth, KEY, NULL, NOW));
	assert_false(lets_in(auth, NULL, NULL, NOW));
	assert_false(lets_in(auth, "", NULL, NOW));
	assert_false(lets_in(auth, KEY "x", NULL, NOW));
	assert_false(lets_in(auth, "the key of the hous", NULL, NOW));
	assert_false(lets_in(auth, "THE KEY OF THE HOUSE", NULL, NOW));
}

static void
without_a_key_nobody_is_let_in(void **state)
{
	Auth *none = auth_create(NULL, token_key, NULL);

	assert_false(lets_in(none, "", NULL, NOW));
	assert_false(lets_in(none, KEY, NULL, NOW));
	assert_false(lets_in(
		none, NULL, bearer(auth_issue_token(auth, &nobody, NOW, arena)), NOW));
	auth_destroy(none);
}

/* Whoever has a token could guess at a key that is all it is signed by. */
static void
the_bootstrap_key_signs_nothing_alone(void **state)
{
	static const char header[] = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";
	static const char payload[] = "{\"sub\":\"dev\",\"exp\":1700001000}";
	unsigned char made[32];

	make_key_of(KEY, made);
	assert_false(
		lets_in(auth, NULL, bearer(sign_with(made, header, payload)), NOW));
	assert_true(lets_in(auth, NULL, bearer(forge(header, payload, KEY)), NOW));
}

static void
a_token_is_good_for_half_an_hour(void **state)
{
	const char *header = bearer(auth_issue_token(auth, &nobody, NOW, arena));

	assert_true(lets_in(auth, NULL, header, NOW));
	assert_true(lets_in(auth, NULL, header, NOW + 1799));
	assert_false(lets_in(auth, NULL, header, NOW + 1800));
	assert_false(lets_in(auth, NULL, header, NOW + 86400));
}

static void
daemons_that_share_a_key_share_tokens(void **state)
{
	Auth *same = auth_create(KEY, token_key, NULL);
	Auth *other = auth_create("another", token_key, NULL);
	const char *header = bearer(auth_issue_token(auth, &nobody, NOW, arena));

	assert_true(lets_in(same, NULL, header, NOW));
	assert_false(lets_in(other, NULL, header, NOW));
	auth_destroy(same);
	auth_destroy(other);
}

static void
a_token_needs_both_keys_again(void **state)
{
	static const unsigned char first[TOKEN_KEY_BYTES] = "the first";
	static const unsigned char second[TOKEN_KEY_BYTES] = "the second";
	Auth *maker = auth_create(KEY, first, NULL);
	Auth *same = auth_create(KEY, first, NULL);
	Auth *new_key = auth_create(KEY, second, NULL);
	Auth *new_bootstrap = auth_create("another", first, NULL);
	const char *header = bearer(auth_issue_token(maker, &nobody, NOW, arena));

	assert_true(lets_in(same, NULL, header, NOW));
	assert_false(lets_in(new_key, NULL, header, NOW));
	assert_false(lets_in(new_bootstrap, NULL, header, NOW));
	assert_false(lets_in(auth, NULL, header, NOW));
	auth_destroy(maker);
	auth_destroy(same);
	auth_destroy(new_key);
	auth_destroy(new_bootstrap);
}

static void
a_token_key_signs_without_a_bootstrap_key(void **state)
{
	static const unsigned char key[TOKEN_KEY_BYTES] = "the first";
	Auth *alone = auth_create(NULL, key, NULL);
	const char *header = bearer(auth_issue_token(alone, &nobody, NOW, arena));

	assert_true(lets_in(alone, NULL, header, NOW));
	assert_false(lets_in(auth, NULL, header, NOW));
	auth_destroy(alone);
}

static void
a_wrong_key_is_not_saved_by_a_token(void **state)
{
	const char *header = bearer(auth_issue_token(auth, &nobody, NOW, arena));

	assert_false(lets_in(auth, "wrong", header, NOW));
}

static void
the_scheme_is_read_in_any_case(void **state)
{
	const char *token = auth_issue_token(auth, &nobody, NOW, arena);

	assert_true(
		lets_in(auth, NULL, arena_print(arena, "bearer %s", token), NOW));
	assert_false(lets_in(auth, NULL, token, NOW));
	assert_false(
		lets_in(auth, NULL, arena_print(arena, "Basic %s", token), NOW));
	assert_false(lets_in(auth, NULL, "Bearer ", NOW));
	assert_false(lets_in(auth, NULL, "Bearer", NOW));
}

static void
every_changed_byte_of_a_token_ruins_it(void **state)
{
	const char *token = auth_issue_token(auth, &nobody, NOW, arena);
	size_t length = strlen(token);

	for (size_t i = 0; i < length; i++)
	{
		char *changed = arena_copy_text(arena, token);

		changed[i] = changed[i] == 'A' ? 'B' : 'A';
		if (lets_in(auth, NULL, bearer(changed), NOW))
			fail_msg("byte %zu of %s may be changed", i, token);
	}
	for (size_t i = 0; i < length; i++)
		assert_false(
			lets_in(auth, NULL, bearer(arena_copy(arena, token, i)), NOW));
	assert_false(
		lets_in(auth, NULL, bearer(arena_print(arena, "%s.", token)), NOW));
	assert_false(
		lets_in(auth, NULL, bearer(arena_print(arena, "%sA", token)), NOW));
}

static void
other_algorithms_are_refused_however_signed(void **state)
{
	const char *payload = "{\"sub\":\"dev\",\"exp\":1700001000}";

	assert_true(lets_in(
		auth,
		NULL,
		bearer(forge("{\"alg\":\"HS256\",\"typ\":\"JWT\"}", payload, KEY)),
		NOW));
	assert_false(lets_in(
		auth,
		NULL,
		bearer(forge("{\"alg\":\"none\",\"typ\":\"JWT\"}", payload, KEY)),
		NOW));
	assert_false(lets_in(
		auth,
		NULL,
		bearer(forge("{\"alg\":\"HS512\",\"typ\":\"JWT\"}", payload, KEY)),
		NOW));
	assert_false(lets_in(auth,
	                     NULL,
	                     "Bearer eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0."
	                     "eyJleHAiOjE3MDAwMDEwMDB9.",
	                     NOW));
}

static void
a_token_without_a_sane_end_is_refused(void **state)
{
	static const char *const payloads[] = {
		"{}",
		"[]",
		"",
		"exp",
		"{\"exp\":\"1700001000\"}",
		"{\"exp\":null}",
		"{\"exp\":1.7e9}",
		"{\"exp\":-1}",
	};

	for (size_t i = 0; i < sizeof(payloads) / sizeof(payloads[0]); i++)
	{
		if (lets_in(auth,
		            NULL,
		            bearer(forge("{\"alg\":\"HS256\",\"typ\":\"JWT\"}",
		                         payloads[i],
		                         KEY)),
		            NOW))
			fail_msg("%s is let in", payloads[i]);
	}
}

static void
a_token_of_megabytes_is_refused(void **state)
{
	char *long_one = arena_alloc(arena, 1000001);

	memset(long_one, 'A', 1000000);
	assert_false(lets_in(auth, NULL, bearer(long_one), NOW));
}

#define API_KEY         \
	"mcp_0123456789ab_" \
	"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

/* sha256sum of API_KEY is not written here: it is what EVP says. */
static void
a_key_of_the_database_is_known_by_its_form(void **state)
{
	static const char *const others[] = {
		"mcp_",
		"mcp_0123456789ab",
		"mcp_0123456789ab_",
		"mcp_0123456789AB_"
		"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
		"mcp_0123456789ab_"
		"00112233445566778899aabbccddeeff00112233445566778899aabbccddeef",
		API_KEY "0",
	};
	AuthIdentity identity;
	Error error;
	unsigned char digest[32];
	char hex[65];

	EVP_Digest(API_KEY, strlen(API_KEY), digest, NULL, EVP_sha256(), NULL);
	for (size_t i = 0; i < sizeof(digest); i++)
		snprintf(hex + 2 * i, 3, "%02x", digest[i]);
	assert_int_equal(auth_identify_key(auth, API_KEY, arena, &identity, &error),
	                 STATUS_OK);
	assert_int_equal(identity.kind, AUTH_KEY);
	assert_string_equal(identity.prefix, "mcp_0123456789ab");
	assert_string_equal(identity.digest, hex);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_false(lets_in(auth, others[i], NULL, NOW));
}

static void
a_token_of_a_key_is_the_key(void **state)
{
	AuthIdentity key;
	AuthIdentity identity;
	Error error;
	const char *header;

	assert_int_equal(auth_identify_key(auth, API_KEY, arena, &key, &error),
	                 STATUS_OK);
	header = bearer(auth_issue_token(auth, &key, NOW, arena));
	assert_int_equal(
		auth_identify(auth, NULL, header, NOW, arena, &identity, &error),
		STATUS_OK);
	assert_int_equal(identity.kind, AUTH_KEY);
	assert_string_equal(identity.prefix, key.prefix);
	assert_string_equal(identity.digest, key.digest);
	assert_false(lets_in(auth, NULL, header, NOW + AUTH_TOKEN_SECONDS));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_key_lets_in_and_nothing_near_it),
		TEST(without_a_key_nobody_is_let_in),
		TEST(the_bootstrap_key_signs_nothing_alone),
		TEST(a_token_is_good_for_half_an_hour),
		TEST(daemons_that_share_a_key_share_tokens),
		TEST(a_token_needs_both_keys_again),
		TEST(a_token_key_signs_without_a_bootstrap_key),
		TEST(a_wrong_key_is_not_saved_by_a_token),
		TEST(the_scheme_is_read_in_any_case),
		TEST(every_changed_byte_of_a_token_ruins_it),
		TEST(other_algorithms_are_refused_however_signed),
		TEST(a_token_without_a_sane_end_is_refused),
		TEST(a_token_of_megabytes_is_refused),
		TEST(a_key_of_the_database_is_known_by_its_form),
		TEST(a_token_of_a_key_is_the_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
