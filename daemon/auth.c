/*
 * auth.c
 *		Who asks: what his key or token says, before the database is asked.
 *
 * The header of our tokens is one constant text and is compared as such: a
 * token that names another algorithm, "none" among them, is no token of ours.
 * The token of a key holds the key's digest: good for nothing but to ask the
 * database, by a daemon, whether the key is still good.
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

/* mcp_PREFIX_SECRET, as mcp.create_api_key makes it: digits of a hexadecimal. */
#define KEY_START "mcp_"
#define KEY_PREFIX 12
#define KEY_SECRET 64

struct Auth
{
	char *key; /* NULL: there is no bootstrap key */
	size_t key_length;
	unsigned char signing_key[DIGEST_LENGTH];
	JwtIssuer *issuer; /* NULL: no tokens but ours */
};

static void make_signing_key(Auth *auth, const unsigned char *token_key);
static bool is_bootstrap_key(const Auth *auth, const char *api_key);
static bool read_key(const char *api_key, const unsigned char *digest,
                     Arena *arena, AuthIdentity *identity);
static bool is_hex(const char *text, size_t length);
static Status
identify_token(const Auth *auth, const char *token, int64_t now, Arena *arena,
               AuthIdentity *identity, Error *error);
static const char *
find_our_payload(const Auth *auth, const char *token, size_t *length);
static bool
is_signed_by_us(const Auth *auth, const char *token, const char *signature);
static bool read_payload(const char *payload, size_t length, int64_t now,
                         Arena *arena, AuthIdentity *identity);
static bool read_claims(const json_t *claims, int64_t now, Arena *arena,
                        AuthIdentity *identity);
static Status refuse(Error *error, const char *why);
static void
sign(const Auth *auth, const char *text, size_t length, unsigned char *digest);

Auth *
auth_create(const char *api_key, const unsigned char *token_key,
            JwtIssuer *issuer)
{
	Auth *auth = memory_alloc(sizeof(*auth));

	auth->issuer = issuer;
	if (api_key)
	{
		auth->key = memory_copy_text(api_key);
		auth->key_length = strlen(api_key);
	}
	make_signing_key(auth, token_key);
	return auth;
}

void
auth_destroy(Auth *auth)
{
	if (auth == NULL)
		return;
	jwt_issuer_destroy(auth->issuer);
	if (auth->key)
		OPENSSL_cleanse(auth->key, auth->key_length);
	free(auth->key);
	OPENSSL_cleanse(auth, sizeof(*auth));
	free(auth);
}

void
auth_set_issuer(Auth *auth, JwtIssuer *issuer)
{
	jwt_issuer_destroy(auth->issuer);
	auth->issuer = issuer;
}

Status
/* NOLINTNEXTLINE(readability-function-size): see auth.h */
auth_identify(const Auth *auth, const char *api_key, const char *authorization,
              int64_t now, Arena *arena, AuthIdentity *identity, Error *error)
{
	static const char scheme[] = "Bearer ";

	if (api_key)
		return auth_identify_key(auth, api_key, arena, identity, error);
	if (authorization == NULL)
		return refuse(error,
		              "no credentials: send X-API-Key or a Bearer token");
	if (strncasecmp(authorization, scheme, sizeof(scheme) - 1) != 0)
		return refuse(error, "the Authorization header is no Bearer token");
	return identify_token(
		auth, authorization + sizeof(scheme) - 1, now, arena, identity, error);
}

Status
auth_identify_key(const Auth *auth, const char *api_key, Arena *arena,
                  AuthIdentity *identity, Error *error)
{
	unsigned char digest[DIGEST_LENGTH];

	memset(identity, 0, sizeof(*identity));
	if (api_key == NULL)
		return refuse(error, "no credentials: send X-API-Key");
	if (is_bootstrap_key(auth, api_key))
		return STATUS_OK;
	EVP_Digest(api_key, strlen(api_key), digest, NULL, EVP_sha256(), NULL);
	if (read_key(api_key, digest, arena, identity))
		return STATUS_OK;
	return refuse(error, "the API key is not known");
}

const char *
auth_issue_token(const Auth *auth, const AuthIdentity *identity, int64_t now,
                 Arena *arena)
{
	unsigned char digest[DIGEST_LENGTH];
	const char *who = "\"sub\":\"dev\"";
	const char *payload;
	const char *text;

	if (identity->kind == AUTH_KEY)
		who = arena_print(arena,
		                  "\"sub\":\"%s\",\"key\":\"%s\"",
		                  identity->prefix,
		                  identity->digest);
	payload = arena_print(arena,
	                      "{%s,\"iat\":%lld,\"exp\":%lld}",
	                      who,
	                      (long long) now,
	                      (long long) now + AUTH_TOKEN_SECONDS);
	text = arena_print(arena,
	                   "%s.%s",
	                   TOKEN_HEADER,
	                   base64url_print(arena,
	                                   (const unsigned char *) payload,
	                                   strlen(payload)));
	sign(auth, text, strlen(text), digest);
	return arena_print(
		arena, "%s.%s", text, base64url_print(arena, digest, sizeof(digest)));
}

/* Both keys take part; of an absent bootstrap key nothing does. */
static void
make_signing_key(Auth *auth, const unsigned char *token_key)
{
	static const unsigned char purpose[] = "mcpd development token";
	unsigned char *key = auth->signing_key;

	HMAC(EVP_sha256(),
	     auth->key ? auth->key : "",
	     (int) auth->key_length,
	     purpose,
	     sizeof(purpose) - 1,
	     key,
	     NULL);
	HMAC(EVP_sha256(),
	     token_key,
	     TOKEN_KEY_BYTES,
	     key,
	     DIGEST_LENGTH,
	     key,
	     NULL);
}

/* The time taken tells nothing of the key but its length. */
static bool
is_bootstrap_key(const Auth *auth, const char *api_key)
{
	return auth->key && strlen(api_key) == auth->key_length &&
	       CRYPTO_memcmp(api_key, auth->key, auth->key_length) == 0;
}

static bool
read_key(const char *api_key, const unsigned char *digest, Arena *arena,
         AuthIdentity *identity)
{
	static const size_t start = sizeof(KEY_START) - 1;
	char *hex;

	if (strlen(api_key) != start + KEY_PREFIX + 1 + KEY_SECRET ||
	    strncmp(api_key, KEY_START, start) != 0 ||
	    !is_hex(api_key + start, KEY_PREFIX) ||
	    api_key[start + KEY_PREFIX] != '_' ||
	    !is_hex(api_key + start + KEY_PREFIX + 1, KEY_SECRET))
		return false;
	hex = arena_alloc(arena, 2 * DIGEST_LENGTH + 1);
	for (size_t i = 0; i < DIGEST_LENGTH; i++)
	{
		hex[2 * i] = "0123456789abcdef"[digest[i] >> 4];
		hex[2 * i + 1] = "0123456789abcdef"[digest[i] & 15];
	}
	identity->kind = AUTH_KEY;
	identity->prefix = arena_copy(arena, api_key, start + KEY_PREFIX);
	identity->digest = hex;
	return true;
}

static bool
is_hex(const char *text, size_t length)
{
	return strspn(text, "0123456789abcdef") >= length;
}

/* A token that we signed is ours to judge, whatever another issuer may say. */
static Status
identify_token(const Auth *auth, const char *token, int64_t now, Arena *arena,
               AuthIdentity *identity, Error *error)
{
	size_t length;
	const char *payload = find_our_payload(auth, token, &length);
	JwtClaims claims;

	memset(identity, 0, sizeof(*identity));
	if (payload && !read_payload(payload, length, now, arena, identity))
		return refuse(error, "the token has expired");
	if (payload)
		return STATUS_OK;
	if (auth->issuer == NULL)
		return refuse(error, "the token is not one of ours");
	if (jwt_check(auth->issuer, token, now, arena, &claims, error) != STATUS_OK)
		return error->status;
	identity->kind = AUTH_ROLE;
	identity->role = claims.role;
	identity->subject = claims.subject;
	identity->expires_at = claims.expires_at;
	return STATUS_OK;
}

/* NULL: we have not signed it. */
static const char *
find_our_payload(const Auth *auth, const char *token, size_t *length)
{
	static const char header[] = TOKEN_HEADER ".";
	const char *payload = token + sizeof(header) - 1;
	const char *signature;

	if (strlen(token) > LONGEST_TOKEN ||
	    strncmp(token, header, sizeof(header) - 1) != 0)
		return NULL;
	signature = strchr(payload, '.');
	if (signature == NULL || !is_signed_by_us(auth, token, signature))
		return NULL;
	*length = (size_t) (signature - payload);
	return payload;
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
read_payload(const char *payload, size_t length, int64_t now, Arena *arena,
             AuthIdentity *identity)
{
	unsigned char text[512];
	size_t text_length;
	json_t *claims;
	bool is_good;

	if (!base64url_parse(payload, length, text, sizeof(text), &text_length))
		return false;
	claims = json_loadb((const char *) text, text_length, 0, NULL);
	is_good = read_claims(claims, now, arena, identity);
	json_decref(claims);
	return is_good;
}

static bool
read_claims(const json_t *claims, int64_t now, Arena *arena,
            AuthIdentity *identity)
{
	const json_t *expires = json_object_get(claims, "exp");
	const char *prefix = json_string_value(json_object_get(claims, "sub"));
	const char *digest = json_string_value(json_object_get(claims, "key"));

	if (!json_is_integer(expires) || json_integer_value(expires) <= now)
		return false;
	identity->expires_at = json_integer_value(expires);
	if (digest == NULL || prefix == NULL)
		return digest == NULL;
	identity->kind = AUTH_KEY;
	identity->prefix = arena_copy_text(arena, prefix);
	identity->digest = arena_copy_text(arena, digest);
	return true;
}

static Status
refuse(Error *error, const char *why)
{
	return error_set(error, STATUS_STRANGER, "%s", why);
}

static void
sign(const Auth *auth, const char *text, size_t length, unsigned char *digest)
{
	HMAC(EVP_sha256(),
	     auth->signing_key,
	     DIGEST_LENGTH,
	     (const unsigned char *) text,
	     length,
	     digest,
	     NULL);
}
