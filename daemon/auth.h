/*
 * auth.h
 *		Who asks: what his key or token says, before the database is asked.
 *
 * The bootstrap key is the daemon itself.  Of a key that the database made only
 * the form is checked here; whether it is good the database says, in the
 * transaction of the request.  A token is a JWT (RFC 7519): ours, signed with
 * HMAC-SHA-256, or another issuer's (jwt.h).  What ours are signed with is made
 * of the token key and the bootstrap key: every daemon that shares both accepts
 * them, no token is stored, and a new bootstrap key ends those of the old one.
 */
#ifndef MCPD_AUTH_H
#define MCPD_AUTH_H

#include "arena.h"
#include "jwt.h"
#include "status.h"
#include "token_key.h"

#include <stdint.h>

typedef struct Auth Auth;

typedef enum AuthKind
{
	AUTH_DAEMON, /* the bootstrap key, or a token made with it */
	AUTH_KEY,    /* a key of the database's, or a token made with it */
	AUTH_ROLE    /* a token of another issuer, which names a role or a level */
} AuthKind;

typedef struct AuthIdentity
{
	AuthKind kind;
	const char *prefix;  /* of an AUTH_KEY */
	const char *digest;  /* SHA-256 of the AUTH_KEY, in hexadecimal */
	const char *role;    /* of an AUTH_ROLE */
	const char *subject; /* of an AUTH_ROLE, for the audit log */
	int64_t expires_at;  /* of a token, in seconds of Unix time; else 0 */
} AuthIdentity;

/*
 * api_key NULL: there is no bootstrap key.  Both keys are copied.  Takes issuer,
 * which may be NULL: no tokens but ours.
 */
extern Auth *auth_create(const char *api_key, const unsigned char *token_key,
                         JwtIssuer *issuer);
extern void auth_destroy(Auth *auth);

/* The same with another issuer, which it takes. */
extern void auth_set_issuer(Auth *auth, JwtIssuer *issuer);

/*
 * Reads the X-API-Key or the Authorization header, either may be NULL; a key is
 * looked at first and decides.  now is in seconds of Unix time.  *identity lies
 * in arena.  Fails with STATUS_STRANGER and a sentence that gives nothing away.
 */
extern Status
/* NOLINTNEXTLINE(readability-function-size): two headers, a clock, an arena */
auth_identify(const Auth *auth, const char *api_key, const char *authorization,
              int64_t now, Arena *arena, AuthIdentity *identity,
              Error *error) MUST_CHECK;

/* The same for the key alone. */
extern Status
auth_identify_key(const Auth *auth, const char *api_key, Arena *arena,
                  AuthIdentity *identity, Error *error) MUST_CHECK;

#define AUTH_TOKEN_SECONDS 1800 /* 30 minutes, as COMPAT says */

/*
 * A token that is good for AUTH_TOKEN_SECONDS from now, for whoever came with
 * the bootstrap key or a key.
 */
extern const char *
auth_issue_token(const Auth *auth, const AuthIdentity *identity, int64_t now,
                 Arena *arena);

#endif
