/*
 * jwt.c
 *		Tokens of another issuer: a JWT (RFC 7519), checked.
 */
#include "jwt.h"

#include "base64url.h"
#include "jwks.h"
#include "jwt_signature.h"
#include "memory.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Longer ones are not even looked at. */
#define LONGEST_TOKEN 8192

struct JwtIssuer
{
	JwtSettings settings;
	JwtAlgorithm algorithm;
	Jwks *keys; /* NULL: of HS256, which has a secret */
};

/* The three parts, as written. */
typedef struct Token
{
	const char *header;
	size_t header_length;
	const char *payload;
	size_t payload_length;
	const char *signature;
} Token;

static bool split(const char *text, Token *token);
static json_t *read_part(const char *text, size_t length, Arena *arena);
static void drop_json(void *json);
static Status check_header(const JwtIssuer *issuer, const Token *token,
                           const json_t *header, Error *error);
static Status check_claims(const JwtIssuer *issuer, const json_t *claims,
                           int64_t now, Error *error);
static bool is_for(const json_t *audience, const char *name);
static const char *text_of(const json_t *object, const char *name);
static Status refuse(Error *error, const char *why);

Status
jwt_issuer_create(const JwtSettings *settings, JwtIssuer **issuer, Error *error)
{
	JwtAlgorithm algorithm;
	JwtIssuer *created;
	Jwks *keys = NULL;

	if (!jwt_algorithm_parse(settings->algorithm, &algorithm))
		return error_set(error,
		                 STATUS_INVALID,
		                 "MCP_JWT_ALGORITHM: \"%s\" is not HS256, RS256 or "
		                 "ES256",
		                 settings->algorithm);
	if (settings->audience == NULL)
		return error_set(error,
		                 STATUS_INVALID,
		                 "MCP_JWT_AUDIENCE is not set: a token for anybody "
		                 "would be one for us");
	if (algorithm == JWT_HS256 && (settings->secret == NULL ||
	                               strlen(settings->secret) < JWT_LEAST_SECRET))
		return error_set(error,
		                 STATUS_INVALID,
		                 "MCP_JWT_SECRET must have %d bytes or more for HS256",
		                 JWT_LEAST_SECRET);
	if (algorithm != JWT_HS256 && settings->jwks_file == NULL)
		return error_set(error,
		                 STATUS_INVALID,
		                 "MCP_JWT_JWKS_FILE is not set: %s needs its keys",
		                 settings->algorithm);
	if (algorithm != JWT_HS256 &&
	    jwks_read(settings->jwks_file, jwt_key_type(algorithm), &keys, error) !=
	        STATUS_OK)
		return error->status;
	created = memory_alloc(sizeof(*created));
	created->settings = *settings;
	created->algorithm = algorithm;
	created->keys = keys;
	*issuer = created;
	return STATUS_OK;
}

void
jwt_issuer_destroy(JwtIssuer *issuer)
{
	if (issuer == NULL)
		return;
	jwks_destroy(issuer->keys);
	free(issuer);
}

Status
jwt_check(const JwtIssuer *issuer, const char *text, int64_t now, Arena *arena,
          JwtClaims *claims, Error *error)
{
	Token token;
	json_t *header;
	json_t *payload;

	if (strlen(text) > LONGEST_TOKEN || !split(text, &token))
		return refuse(error, "the token is no JWT");
	header = read_part(token.header, token.header_length, arena);
	if (header == NULL)
		return refuse(error, "the token is no JWT");
	if (check_header(issuer, &token, header, error) != STATUS_OK)
		return error->status;
	payload = read_part(token.payload, token.payload_length, arena);
	if (payload == NULL)
		return refuse(error, "the claims of the token are no JSON object");
	if (check_claims(issuer, payload, now, error) != STATUS_OK)
		return error->status;
	claims->role = text_of(payload, issuer->settings.role_claim);
	claims->subject = text_of(payload, "sub");
	claims->expires_at =
		(int64_t) json_number_value(json_object_get(payload, "exp")) +
		JWT_LEEWAY;
	if (claims->role == NULL)
		return refuse(error, "the token names no role");
	if (claims->subject == NULL)
		claims->subject = "";
	return STATUS_OK;
}

static bool
split(const char *text, Token *token)
{
	const char *first = strchr(text, '.');
	const char *second = first ? strchr(first + 1, '.') : NULL;

	if (second == NULL || strchr(second + 1, '.'))
		return false;
	token->header = text;
	token->header_length = (size_t) (first - text);
	token->payload = first + 1;
	token->payload_length = (size_t) (second - first - 1);
	token->signature = second + 1;
	return true;
}

/* The object that a part holds, which the arena owns; NULL: there is none. */
static json_t *
read_part(const char *text, size_t length, Arena *arena)
{
	unsigned char *bytes = arena_alloc(arena, length + 1);
	size_t byte_length;
	json_t *object;

	if (!base64url_parse(text, length, bytes, length + 1, &byte_length))
		return NULL;
	object = json_loadb(
		(const char *) bytes, byte_length, JSON_REJECT_DUPLICATES, NULL);
	if (object)
		arena_keep(arena, object, drop_json);
	return json_is_object(object) ? object : NULL;
}

static void
drop_json(void *json)
{
	json_decref(json);
}

/* The algorithm first, then the signature under the key that it names. */
static Status
check_header(const JwtIssuer *issuer, const Token *token, const json_t *header,
             Error *error)
{
	const char *algorithm = text_of(header, "alg");
	JwtSigned text = {.bytes = token->header,
	                  .length =
	                      token->header_length + 1 + token->payload_length,
	                  .signature = token->signature};
	bool is_signed;

	if (algorithm == NULL || strcmp(algorithm, issuer->settings.algorithm) != 0)
		return refuse(error, "the token is signed by another algorithm");
	/* Extensions that must be understood: we know none (RFC 7515, 4.1.11). */
	if (json_object_get(header, "crit"))
		return refuse(error, "the token asks for extensions");
	if (issuer->algorithm == JWT_HS256)
		is_signed = jwt_is_signed_by_secret(&text, issuer->settings.secret);
	else
		is_signed = jwt_is_signed_by_key(
			&text,
			issuer->algorithm,
			jwks_find(issuer->keys, text_of(header, "kid")));
	if (!is_signed)
		return refuse(error, "the signature of the token is wrong");
	return STATUS_OK;
}

static Status
check_claims(const JwtIssuer *issuer, const json_t *claims, int64_t now,
             Error *error)
{
	const json_t *expires = json_object_get(claims, "exp");
	const json_t *begins = json_object_get(claims, "nbf");
	const char *by = text_of(claims, "iss");

	if (!json_is_number(expires))
		return refuse(error, "the token does not say when it ends");
	if (json_number_value(expires) + JWT_LEEWAY <= (double) now)
		return refuse(error, "the token has expired");
	if (begins && (!json_is_number(begins) ||
	               json_number_value(begins) - JWT_LEEWAY > (double) now))
		return refuse(error, "the token is not good yet");
	if (!is_for(json_object_get(claims, "aud"), issuer->settings.audience))
		return refuse(error, "the token is for another audience");
	if (issuer->settings.issuer &&
	    (by == NULL || strcmp(by, issuer->settings.issuer) != 0))
		return refuse(error, "the token is of another issuer");
	return STATUS_OK;
}

/* A text, or an array of them (RFC 7519, 4.1.3). */
static bool
is_for(const json_t *audience, const char *name)
{
	const char *text = json_string_value(audience);

	if (text)
		return strcmp(text, name) == 0;
	for (size_t i = 0; i < json_array_size(audience); i++)
	{
		text = json_string_value(json_array_get(audience, i));
		if (text && strcmp(text, name) == 0)
			return true;
	}
	return false;
}

/* NULL where it is no text. */
static const char *
text_of(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

static Status
refuse(Error *error, const char *why)
{
	return error_set(error, STATUS_STRANGER, "%s", why);
}
