/*
 * jwt.h
 *		Tokens of another issuer: a JWT (RFC 7519), checked.
 *
 * The algorithm is the one that was configured, whatever the token says: one
 * that says another, "none" among them, is refused before its signature is
 * looked at (RFC 8725, 3.1).  An audience and an end are asked for.
 */
#ifndef MCPD_JWT_H
#define MCPD_JWT_H

#include "arena.h"
#include "status.h"

#include <stdint.h>

typedef struct JwtIssuer JwtIssuer;

/* Texts live as long as the issuer. */
typedef struct JwtSettings
{
	const char *algorithm; /* "HS256", "RS256" or "ES256" */
	const char *secret;    /* of HS256 */
	const char *jwks_file; /* of the others */
	const char *audience;
	const char *issuer;     /* NULL: any */
	const char *role_claim; /* the claim that names a role or a level */
} JwtSettings;

typedef struct JwtClaims
{
	const char *role;
	const char *subject; /* "" where the token names none */
	int64_t expires_at;  /* in seconds of Unix time */
} JwtClaims;

/* Seconds that clocks may differ by. */
#define JWT_LEEWAY 30

/* Fails with STATUS_INVALID and a sentence for who configured it. */
extern Status jwt_issuer_create(const JwtSettings *settings, JwtIssuer **issuer,
                                Error *error) MUST_CHECK;
extern void jwt_issuer_destroy(JwtIssuer *issuer);

/*
 * Whether the token is one of the issuer's and good at now, in seconds of Unix
 * time; sets *claims, in arena.  Fails with STATUS_STRANGER and a sentence that
 * may be told.
 */
extern Status
jwt_check(const JwtIssuer *issuer, const char *text, int64_t now, Arena *arena,
          JwtClaims *claims, Error *error) MUST_CHECK;

#endif
