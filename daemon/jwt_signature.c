/*
 * jwt_signature.c
 *		The signature of a JWT, by one of three algorithms (RFC 7518).
 */
#include "jwt_signature.h"

#include "base64url.h"

#include <openssl/crypto.h>
#include <openssl/ecdsa.h>
#include <openssl/hmac.h>
#include <string.h>

#define DIGEST 32
#define NUMBER 32              /* bytes of each half of an ECDSA signature */
#define LARGEST_SIGNATURE 1024 /* bytes: RSA of 8192 bits */

static bool verify(const JwtSigned *text, EVP_PKEY *key,
                   const unsigned char *signature, size_t length);
static bool verify_ecdsa(const JwtSigned *text, EVP_PKEY *key,
                         const unsigned char *numbers);

bool
jwt_algorithm_parse(const char *name, JwtAlgorithm *algorithm)
{
	static const char *const names[] = {
		[JWT_HS256] = "HS256",
		[JWT_RS256] = "RS256",
		[JWT_ES256] = "ES256",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
	{
		if (strcmp(name, names[i]) == 0)
		{
			*algorithm = (JwtAlgorithm) i;
			return true;
		}
	}
	return false;
}

int
jwt_key_type(JwtAlgorithm algorithm)
{
	return algorithm == JWT_RS256 ? EVP_PKEY_RSA : EVP_PKEY_EC;
}

bool
jwt_is_signed_by_secret(const JwtSigned *text, const char *secret)
{
	unsigned char expected[DIGEST];
	unsigned char given[DIGEST];
	size_t length;

	HMAC(EVP_sha256(),
	     secret,
	     (int) strlen(secret),
	     (const unsigned char *) text->bytes,
	     text->length,
	     expected,
	     NULL);
	return base64url_parse(text->signature,
	                       strlen(text->signature),
	                       given,
	                       sizeof(given),
	                       &length) &&
	       length == sizeof(given) &&
	       CRYPTO_memcmp(given, expected, sizeof(given)) == 0;
}

bool
jwt_is_signed_by_key(const JwtSigned *text, JwtAlgorithm algorithm,
                     EVP_PKEY *key)
{
	unsigned char signature[LARGEST_SIGNATURE];
	size_t length;

	if (key == NULL || !base64url_parse(text->signature,
	                                    strlen(text->signature),
	                                    signature,
	                                    sizeof(signature),
	                                    &length))
		return false;
	if (algorithm == JWT_RS256)
		return verify(text, key, signature, length);
	/* RFC 7518, 3.4: two numbers side by side. */
	return length == (size_t) 2 * NUMBER && verify_ecdsa(text, key, signature);
}

static bool
verify(const JwtSigned *text, EVP_PKEY *key, const unsigned char *signature,
       size_t length)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool is_good =
		context &&
		EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, key) == 1 &&
		EVP_DigestVerify(context,
	                     signature,
	                     length,
	                     (const unsigned char *) text->bytes,
	                     text->length) == 1;

	EVP_MD_CTX_free(context);
	return is_good;
}

/* OpenSSL wants the two numbers in DER. */
static bool
verify_ecdsa(const JwtSigned *text, EVP_PKEY *key, const unsigned char *numbers)
{
	ECDSA_SIG *pair = ECDSA_SIG_new();
	BIGNUM *first = BN_bin2bn(numbers, NUMBER, NULL);
	BIGNUM *second = BN_bin2bn(numbers + NUMBER, NUMBER, NULL);
	unsigned char *der = NULL;
	int length;
	bool is_good;

	/* From here on the pair owns both. */
	ECDSA_SIG_set0(pair, first, second);
	length = i2d_ECDSA_SIG(pair, &der);
	is_good = length > 0 && verify(text, key, der, (size_t) length);
	OPENSSL_free(der);
	ECDSA_SIG_free(pair);
	return is_good;
}
