/*
 * jwt_signature.h
 *		The signature of a JWT, by one of three algorithms (RFC 7518).
 */
#ifndef MCPD_JWT_SIGNATURE_H
#define MCPD_JWT_SIGNATURE_H

#include <openssl/evp.h>
#include <stdbool.h>
#include <stddef.h>

typedef enum JwtAlgorithm
{
	JWT_HS256, /* HMAC with SHA-256 */
	JWT_RS256, /* RSASSA-PKCS1-v1_5 with SHA-256 */
	JWT_ES256  /* ECDSA on P-256 with SHA-256 */
} JwtAlgorithm;

/* Bytes: a secret is no shorter than what it makes (RFC 7518, 3.2). */
#define JWT_LEAST_SECRET 32

/* What was signed, and the signature in base64url. */
typedef struct JwtSigned
{
	const char *bytes;
	size_t length;
	const char *signature;
} JwtSigned;

extern bool jwt_algorithm_parse(const char *name, JwtAlgorithm *algorithm);

/* EVP_PKEY_RSA or EVP_PKEY_EC; not for HS256. */
extern int jwt_key_type(JwtAlgorithm algorithm);

extern bool jwt_is_signed_by_secret(const JwtSigned *text, const char *secret);

/* key NULL: it is not. */
extern bool jwt_is_signed_by_key(const JwtSigned *text, JwtAlgorithm algorithm,
                                 EVP_PKEY *key);

#endif
