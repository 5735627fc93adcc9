/*
 * cache_flight.h
 *		Questions that are the same and under way at once: one is asked for all.
 *
 * Who boards while a flight with the same key is under way shares what it brings.
 * A passenger lies with whoever asks, and lives until its flight has landed.
 */
#ifndef MCPD_CACHE_FLIGHT_H
#define MCPD_CACHE_FLIGHT_H

#include "cache_key.h"

typedef struct CacheFlights CacheFlights;

typedef struct CachePassenger
{
	struct CachePassenger *next; /* of the same flight, once it has landed */

	/* The flights' own. */
	const CacheKey *key;
	uint64_t hash;
	struct CachePassenger **end; /* of the first: where the next one boards */
	struct CachePassenger *neighbour; /* of the first: another flight */
} CachePassenger;

extern CacheFlights *cache_flights_create(void);
extern void cache_flights_destroy(CacheFlights *flights);

/* Returns whether it is the first: then it is the one who asks. */
extern bool cache_flights_board(CacheFlights *flights, const CacheKey *key,
                                CachePassenger *passenger);

/* To be called by the first; returns all who boarded, in their order. */
extern CachePassenger *
cache_flights_land(CacheFlights *flights, CachePassenger *first);

#endif
