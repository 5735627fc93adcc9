/*
 * api_prefer.h
 *		What a client would like better: the header Prefer (RFC 7240).
 */
#ifndef MCPD_API_PREFER_H
#define MCPD_API_PREFER_H

#include "api.h"

/* Longer than anybody waits for an answer. */
#define API_WAIT_MAX 3600

typedef struct ApiPreference
{
	bool is_async; /* respond-async: rather at once than when it is done */
	int wait;      /* seconds that he waits; -1: he does not say */
} ApiPreference;

/* What cannot be read is not preferred. */
extern ApiPreference api_prefer(ApiRequest *request);

/* Says which of them the answer is by: Preference-Applied. */
extern void
api_prefer_applied(ApiRequest *request, const ApiPreference *preference);

#endif
