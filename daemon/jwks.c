/*
 * jwks.c
 *		Public keys of another issuer: a file of JSON Web Keys (RFC 7517).
 */
#include "jwks.h"

#include "base64url.h"
#include "memory.h"

#include <jansson.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/param_build.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define LARGEST_NUMBER 1024 /* bytes: RSA of 8192 bits */
#define SMALLEST_RSA 2048   /* bits: RFC 7518, 3.3 */
#define COORDINATE 32       /* bytes, on P-256 */
#define UNCOMPRESSED 0x04   /* the first byte of a point: SEC 1, 2.3.3 */

typedef struct Key
{
	char *id; /* NULL: it has none */
	EVP_PKEY *key;
} Key;

struct Jwks
{
	int count;
	Key keys[];
};

static Jwks *take_keys(const json_t *list, int key_type);
static EVP_PKEY *read_key(const json_t *jwk, int key_type);
static bool is_text(const json_t *jwk, const char *name, const char *wanted);
static EVP_PKEY *read_rsa(const json_t *jwk);
static EVP_PKEY *read_p256(const json_t *jwk);
static BIGNUM *read_number(const json_t *jwk, const char *name);
static bool read_bytes(const json_t *jwk, const char *name,
                       unsigned char *bytes, size_t room, size_t *length);
static EVP_PKEY *make_key(const char *type, OSSL_PARAM_BLD *parts);

Status
jwks_read(const char *path, int key_type, Jwks **keys, Error *error)
{
	json_error_t where;
	json_t *document = json_load_file(path, JSON_REJECT_DUPLICATES, &where);
	Jwks *read;

	if (document == NULL)
		return error_set(error,
		                 STATUS_INVALID,
		                 "cannot read the keys of \"%s\": %s",
		                 path,
		                 where.text);
	read = take_keys(json_object_get(document, "keys"), key_type);
	json_decref(document);
	if (read->count == 0)
	{
		jwks_destroy(read);
		return error_set(error,
		                 STATUS_INVALID,
		                 "\"%s\" has no usable %s key under \"keys\"",
		                 path,
		                 key_type == EVP_PKEY_RSA ? "RSA" : "P-256");
	}
	*keys = read;
	return STATUS_OK;
}

void
jwks_destroy(Jwks *keys)
{
	if (keys == NULL)
		return;
	for (int i = 0; i < keys->count; i++)
	{
		free(keys->keys[i].id);
		EVP_PKEY_free(keys->keys[i].key);
	}
	free(keys);
}

EVP_PKEY *
jwks_find(const Jwks *keys, const char *id)
{
	if (id == NULL)
		return keys->count == 1 ? keys->keys[0].key : NULL;
	for (int i = 0; i < keys->count; i++)
	{
		if (keys->keys[i].id && strcmp(keys->keys[i].id, id) == 0)
			return keys->keys[i].key;
	}
	return NULL;
}

static Jwks *
take_keys(const json_t *list, int key_type)
{
	size_t size = json_array_size(list);
	Jwks *keys = memory_alloc(sizeof(*keys) + size * sizeof(keys->keys[0]));

	for (size_t i = 0; i < size; i++)
	{
		const json_t *jwk = json_array_get(list, i);
		const char *id = json_string_value(json_object_get(jwk, "kid"));
		EVP_PKEY *key = read_key(jwk, key_type);

		if (key == NULL)
			continue;
		keys->keys[keys->count].key = key;
		keys->keys[keys->count].id = id ? memory_copy_text(id) : NULL;
		keys->count++;
	}
	return keys;
}

/* NULL: not one of those looked for. */
static EVP_PKEY *
read_key(const json_t *jwk, int key_type)
{
	bool is_rsa = key_type == EVP_PKEY_RSA;

	if (json_object_get(jwk, "use") && !is_text(jwk, "use", "sig"))
		return NULL;
	if (json_object_get(jwk, "alg") &&
	    !is_text(jwk, "alg", is_rsa ? "RS256" : "ES256"))
		return NULL;
	if (is_rsa && is_text(jwk, "kty", "RSA"))
		return read_rsa(jwk);
	if (!is_rsa && is_text(jwk, "kty", "EC") && is_text(jwk, "crv", "P-256"))
		return read_p256(jwk);
	return NULL;
}

static bool
is_text(const json_t *jwk, const char *name, const char *wanted)
{
	const char *text = json_string_value(json_object_get(jwk, name));

	return text && strcmp(text, wanted) == 0;
}

static EVP_PKEY *
read_rsa(const json_t *jwk)
{
	BIGNUM *modulus = read_number(jwk, "n");
	BIGNUM *exponent = read_number(jwk, "e");
	OSSL_PARAM_BLD *parts = OSSL_PARAM_BLD_new();
	EVP_PKEY *key = NULL;

	if (modulus && exponent && BN_num_bits(modulus) >= SMALLEST_RSA &&
	    OSSL_PARAM_BLD_push_BN(parts, OSSL_PKEY_PARAM_RSA_N, modulus) == 1 &&
	    OSSL_PARAM_BLD_push_BN(parts, OSSL_PKEY_PARAM_RSA_E, exponent) == 1)
		key = make_key("RSA", parts);
	OSSL_PARAM_BLD_free(parts);
	BN_free(modulus);
	BN_free(exponent);
	return key;
}

static EVP_PKEY *
read_p256(const json_t *jwk)
{
	unsigned char point[1 + 2 * COORDINATE] = {UNCOMPRESSED};
	size_t x_length;
	size_t y_length;
	OSSL_PARAM_BLD *parts;
	EVP_PKEY *key = NULL;

	if (!read_bytes(jwk, "x", point + 1, COORDINATE, &x_length) ||
	    !read_bytes(jwk, "y", point + 1 + COORDINATE, COORDINATE, &y_length) ||
	    x_length != COORDINATE || y_length != COORDINATE)
		return NULL;
	parts = OSSL_PARAM_BLD_new();
	if (OSSL_PARAM_BLD_push_utf8_string(
			parts, OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0) == 1 &&
	    OSSL_PARAM_BLD_push_octet_string(
			parts, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(point)) == 1)
		key = make_key("EC", parts);
	OSSL_PARAM_BLD_free(parts);
	return key;
}

static BIGNUM *
read_number(const json_t *jwk, const char *name)
{
	unsigned char bytes[LARGEST_NUMBER];
	size_t length;

	if (!read_bytes(jwk, name, bytes, sizeof(bytes), &length))
		return NULL;
	return BN_bin2bn(bytes, (int) length, NULL);
}

static bool
read_bytes(const json_t *jwk, const char *name, unsigned char *bytes,
           size_t room, size_t *length)
{
	const json_t *member = json_object_get(jwk, name);
	const char *text = json_string_value(member);

	return text && base64url_parse(
					   text, json_string_length(member), bytes, room, length);
}

/* OpenSSL refuses here what is no point of the curve. */
static EVP_PKEY *
make_key(const char *type, OSSL_PARAM_BLD *parts)
{
	OSSL_PARAM *parameters = OSSL_PARAM_BLD_to_param(parts);
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
	EVP_PKEY *key = NULL;

	if (context == NULL || parameters == NULL ||
	    EVP_PKEY_fromdata_init(context) != 1 ||
	    EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, parameters) != 1)
		key = NULL;
	EVP_PKEY_CTX_free(context);
	OSSL_PARAM_free(parameters);
	return key;
}
