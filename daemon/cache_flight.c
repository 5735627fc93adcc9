/*
 * cache_flight.c
 *		Questions that are the same and under way at once: one is asked for all.
 */
#include "cache_flight.h"

#include "memory.h"

#include <stdlib.h>

#define BUCKETS 256

struct CacheFlights
{
	CachePassenger *buckets[BUCKETS]; /* the first of each flight */
};

CacheFlights *
cache_flights_create(void)
{
	return memory_alloc(sizeof(CacheFlights));
}

void
cache_flights_destroy(CacheFlights *flights)
{
	free(flights);
}

bool
cache_flights_board(CacheFlights *flights, const CacheKey *key,
                    CachePassenger *passenger)
{
	uint64_t hash = cache_key_hash(key);
	CachePassenger **bucket = &flights->buckets[hash % BUCKETS];
	CachePassenger *first = *bucket;

	while (first &&
	       (first->hash != hash || !cache_key_is_same(first->key, key)))
		first = first->neighbour;
	*passenger = (CachePassenger){.key = key, .hash = hash};
	if (first)
	{
		*first->end = passenger;
		first->end = &passenger->next;
		return false;
	}
	passenger->end = &passenger->next;
	passenger->neighbour = *bucket;
	*bucket = passenger;
	return true;
}

CachePassenger *
cache_flights_land(CacheFlights *flights, CachePassenger *first)
{
	CachePassenger **at = &flights->buckets[first->hash % BUCKETS];

	while (*at != first)
		at = &(*at)->neighbour;
	*at = first->neighbour;
	return first;
}
