/*
 * resolve.h
 *		A host's name to its addresses, without blocking the loop.
 */
#ifndef MCPD_RESOLVE_H
#define MCPD_RESOLVE_H

#include "status.h"

#include <stdbool.h>

#define RESOLVE_MAX_ADDRESSES 8
#define RESOLVE_ADDRESS_SIZE 64

/* In the order of preference; count 0 and error set where there is none. */
typedef struct ResolveAnswer
{
	int count;
	char addresses[RESOLVE_MAX_ADDRESSES][RESOLVE_ADDRESS_SIZE];
	Error error;
} ResolveAnswer;

typedef void (*ResolveCallback)(void *context, const ResolveAnswer *answer);

typedef struct Resolve Resolve;

/* callback is called once, later; the Resolve is gone when it returns. */
extern Resolve *
resolve_start(const char *host, ResolveCallback callback, void *context);

/* The callback is not called any more. */
extern void resolve_stop(Resolve *resolve);

/* Whether text is an address already. */
extern bool resolve_is_address(const char *text);

#endif
