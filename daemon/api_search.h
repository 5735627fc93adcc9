/*
 * api_search.h
 *		The runs of a workflow, found as they come, for those who follow them.
 *
 * It asks every second which runs live or have ended lately, and lets each of
 * its followers follow those that it has not met before.
 */
#ifndef MCPD_API_SEARCH_H
#define MCPD_API_SEARCH_H

#include "api_feed.h"

typedef struct ApiSearch ApiSearch;

/* workflow "": of all.  It begins with the first that joins. */
extern ApiSearch *api_search_create(ApiFeed *feed, const char *workflow);
extern void api_search_destroy(ApiSearch *search);

extern bool api_search_is_of(const ApiSearch *search, const char *workflow);

/* Follows those that are known already, too. */
extern void api_search_join(ApiSearch *search, ApiFollower *follower);
extern void api_search_leave(ApiSearch *search, const ApiFollower *follower);

/* Nobody has joined. */
extern bool api_search_is_idle(const ApiSearch *search);

#endif
