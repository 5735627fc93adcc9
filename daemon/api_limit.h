/*
 * api_limit.h
 *		Limits of rate: who asks too often is answered 429, and told when to come.
 */
#ifndef MCPD_API_LIMIT_H
#define MCPD_API_LIMIT_H

#include "api.h"

/*
 * Calls the route's handler, at once or soon, or answers 429.  What tells how
 * things stand is never limited.
 */
extern void api_limit_handle(ApiRequest *request);

/* For one whose credentials are wrong: false where it answered 429. */
extern bool api_limit_stranger(ApiRequest *request);

#endif
