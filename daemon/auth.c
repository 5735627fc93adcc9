/*
 * auth.c
 *		Who may come in: the bootstrap key, and tokens made with it.
 *
 * The header of our tokens is one constant text and is compared as such: a
 * token that names another algorithm, "none" among them, is no token of ours.
 */
#include "auth.h"

#include "base64url.h"
#include "memory.h"

#include <jansson.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define DIGEST_LENGTH 32

/* {"alg":"HS256","typ":"JWT"} */
#define TOKEN_HEADER "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9"

/* Longer ones are not even looked at. */
#define LONGEST_TOKEN 4096

struct Auth
{
	bool has_key;
	unsigned char key_digest[DIGEST_LENGTH];
	unsigned char token_key[DIGEST_LENGTH];
};

static Status
check_token(const Auth *auth, const char *token, int64_t now, Error *error);
static bool
is_signed_by_us(const Auth *auth, const char *token, const char *signature);
static bool is_current(const char *payload, size_t length, int64_t now);
static Status refuse(Error *error, const char *why);
static void
sign(const Auth *auth, const char *text, size_t length, unsigned char *digest);

Auth *
auth_create(const char *api_key)
{
	static const unsigned char purpose[] = "mcpd development token";
	Auth *auth = memory_alloc(sizeof(*auth));

	if (api_key == NULL)
		return auth;
	auth->has_key = true;
	EVP_Digest(
		api_key, strlen(api_key), auth->key_digest, NULL, EVP_sha256(), NULL);
	HMAC(EVP_sha256(),
	     api_key,
	     (int) strlen(api_key),
	     purpose,
	     sizeof(purpose) - 1,
	     auth->token_key,
	     NULL);
	return auth;
}

void
auth_destroy(Auth *auth)
{
	if (auth)
		OPENSSL_cleanse(auth, sizeof(*auth));
	free(auth);
}

Status
auth_check(const Auth *auth, const char *api_key, const char *authorization,
           int64_t now, Error *error)
{
	static const char scheme[] = "Bearer ";

	if (api_key)
		return auth_check_key(auth, api_key, error);
	if (authorization == NULL)
		return refuse(error,
		              "no credentials: send X-API-Key or a Bearer token");
	if (strncasecmp(authorization, scheme, sizeof(scheme) - 1) != 0)
		return refuse(error, "the Authorization header is no Bearer token");
	return check_token(auth, authorization + sizeof(scheme) - 1, now, error);
}

/* Digests are compared, so that the time taken tells nothing of the key. */
Status
auth_check_key(const Auth *auth, const char *api_key, Error *error)
{
	unsigned char digest[DIGEST_LENGTH];

	if (api_key == NULL)
		return refuse(error, "no credentials: send X-API-Key");
	EVP_Digest(api_key, strlen(api_key), digest, NULL, EVP_sha256(), NULL);
	if (!auth->has_key ||
	    CRYPTO_memcmp(digest, auth->key_digest, sizeof(digest)) != 0)
		return refuse(error, "the API key is not known");
	return STATUS_OK;
}

const char *
auth_issue_token(const Auth *auth, int64_t now, Arena *arena)
{
	unsigned char digest[DIGEST_LENGTH];
	const char *payload =
		arena_print(arena,
	                "{\"sub\":\"dev\",\"iat\":%lld,\"exp\":%lld}",
	                (long long) now,
	                (long long) now + AUTH_TOKEN_SECONDS);
	const char *text = arena_print(
		arena,
		"%s.%s",
		TOKEN_HEADER,
		base64url_print(
			arena, (const unsigned char *) payload, strlen(payload)));

	sign(auth, text, strlen(text), digest);
	return arena_print(
		arena, "%s.%s", text, base64url_print(arena, digest, sizeof(digest)));
}

static Status
check_token(const Auth *auth, const char *token, int64_t now, Error *error)
{
	static const char header[] = TOKEN_HEADER ".";
	const char *payload = token + sizeof(header) - 1;
	const char *signature;

	if (!auth->has_key || strlen(token) > LONGEST_TOKEN ||
	    strncmp(token, header, sizeof(header) - 1) != 0)
		return refuse(error, "the token is not one of ours");
	signature = strchr(payload, '.');
	if (signature == NULL || !is_signed_by_us(auth, token, signature))
		return refuse(error, "the token is not one of ours");
	if (!is_current(payload, (size_t) (signature - payload), now))
		return refuse(error, "the token has expired");
	return STATUS_OK;
}

/* signature points at the period before it. */
static bool
is_signed_by_us(const Auth *auth, const char *token, const char *signature)
{
	unsigned char expected[DIGEST_LENGTH];
	unsigned char given[DIGEST_LENGTH];
	size_t length;

	sign(auth, token, (size_t) (signature - token), expected);
	return base64url_parse(signature + 1,
	                       strlen(signature + 1),
	                       given,
	                       sizeof(given),
	                       &length) &&
	       length == sizeof(given) &&
	       CRYPTO_memcmp(given, expected, sizeof(given)) == 0;
}

/* What is signed by us was printed by us; still it is read with care. */
static bool
is_current(const char *payload, size_t length, int64_t now)
{
	unsigned char text[512];
	size_t text_length;
	json_t *claims;
	json_t *expires;
	bool is_current;

	if (!base64url_parse(payload, length, text, sizeof(text), &text_length))
		return false;
	claims = json_loadb((const char *) text, text_length, 0, NULL);
	expires = json_object_get(claims, "exp");
	is_current = json_is_integer(expires) && json_integer_value(expires) > now;
	json_decref(claims);
	return is_current;
}

static Status
refuse(Error *error, const char *why)
{
	return error_set(error, STATUS_DENIED, "%s", why);
}

static void
sign(const Auth *auth, const char *text, size_t length, unsigned char *digest)
{
	HMAC(EVP_sha256(),
	     auth->token_key,
	     DIGEST_LENGTH,
	     (const unsigned char *) text,
	     length,
	     digest,
	     NULL);
}
