/*
 * jwks.h
 *		Public keys of another issuer: a file of JSON Web Keys (RFC 7517).
 *
 * RSA keys of 2048 bits or more, and keys on the curve P-256.  What is neither,
 * or is said to be for something else than signatures, is passed over.
 */
#ifndef MCPD_JWKS_H
#define MCPD_JWKS_H

#include "status.h"

#include <openssl/evp.h>

typedef struct Jwks Jwks;

/* Fails where the file cannot be read, or holds no key of that type. */
extern Status
jwks_read(const char *path, int key_type, Jwks **keys, Error *error) MUST_CHECK;
extern void jwks_destroy(Jwks *keys);

/*
 * The key of that id; NULL: there is none.  For a token without an id (id NULL)
 * the only key there is.  It stays the set's.
 */
extern EVP_PKEY *jwks_find(const Jwks *keys, const char *id);

#endif
