/*
 * step_cache.h
 *		Results kept for use again: by version and inputs.
 *
 * The verbs need an SPI connection, and take any number of entries in one
 * statement.
 */
#ifndef MCP_STEP_CACHE_H
#define MCP_STEP_CACHE_H

#include "nodes/pg_list.h"
#include "utils/jsonb.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"

typedef struct StepCacheEntry
{
	const pg_uuid_t *version_id;
	Jsonb *inputs;
	double ttl;    /* seconds; to be stored for so long */
	Jsonb *result; /* NULL: null */
	bool is_found; /* set by step_cache_find */
} StepCacheEntry;

/* Fills in the results that have not expired: a List of StepCacheEntry *. */
extern void step_cache_find(List *entries, TimestampTz now);

/*
 * Keeps the results, in place of those that are there.  Waits for whoever is
 * writing the same ones, so it should come last in a transaction.
 */
extern void step_cache_store(List *entries, TimestampTz now);

#endif
