/*
 * auth.h
 *		Who may come in: the bootstrap key, and tokens made with it.
 *
 * A token is a JWT (RFC 7519) signed with HMAC-SHA-256 under a key derived from
 * the API key, so every daemon that shares the API key accepts it, and a
 * changed key ends all tokens.  Nothing is stored.
 */
#ifndef MCPD_AUTH_H
#define MCPD_AUTH_H

#include "arena.h"
#include "status.h"

#include <stdint.h>

typedef struct Auth Auth;

/* api_key NULL: nobody can be let in. */
extern Auth *auth_create(const char *api_key);
extern void auth_destroy(Auth *auth);

/*
 * Lets in by the X-API-Key or the Authorization header, either may be NULL; a key
 * is looked at first and decides.  now is in seconds of Unix time.  Fails with
 * STATUS_DENIED and a sentence that gives nothing away.
 */
extern Status
auth_check(const Auth *auth, const char *api_key, const char *authorization,
           int64_t now, Error *error) MUST_CHECK;

/* The same for the key alone. */
extern Status
auth_check_key(const Auth *auth, const char *api_key, Error *error) MUST_CHECK;

#define AUTH_TOKEN_SECONDS 1800 /* 30 minutes, as COMPAT says */

/* A token that is good for AUTH_TOKEN_SECONDS from now. */
extern const char *
auth_issue_token(const Auth *auth, int64_t now, Arena *arena);

#endif
