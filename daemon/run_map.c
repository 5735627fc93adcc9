/*
 * run_map.c
 *		Things by the id of a run.
 */
#include "run_map.h"

#include "memory.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of chains: a few thousand runs make short ones. */
#define BUCKETS 1024

typedef struct Place
{
	struct Place *next;
	char run_id[RUN_ID_SIZE];
	void *thing;
} Place;

struct RunMap
{
	Place *buckets[BUCKETS];
};

static uint32_t bucket_of(const char *run_id);

RunMap *
run_map_create(void)
{
	return memory_alloc(sizeof(RunMap));
}

void
run_map_destroy(RunMap *map)
{
	if (map == NULL)
		return;
	for (int i = 0; i < BUCKETS; i++)
	{
		while (map->buckets[i])
		{
			Place *place = map->buckets[i];

			map->buckets[i] = place->next;
			free(place);
		}
	}
	free(map);
}

void *
run_map_find(const RunMap *map, const char *run_id)
{
	const Place *place = map->buckets[bucket_of(run_id)];

	while (place && strcmp(place->run_id, run_id) != 0)
		place = place->next;
	return place ? place->thing : NULL;
}

void
run_map_add(RunMap *map, const char *run_id, void *thing)
{
	Place **bucket = &map->buckets[bucket_of(run_id)];
	Place *place = memory_alloc(sizeof(*place));

	snprintf(place->run_id, sizeof(place->run_id), "%s", run_id);
	place->thing = thing;
	place->next = *bucket;
	*bucket = place;
}

void
run_map_sweep(RunMap *map, bool (*visit)(void *context, void *thing),
              void *context)
{
	for (int i = 0; i < BUCKETS; i++)
	{
		Place **at = &map->buckets[i];

		while (*at)
		{
			Place *place = *at;

			if (visit(context, place->thing))
			{
				at = &place->next;
				continue;
			}
			*at = place->next;
			free(place);
		}
	}
}

/* FNV-1a. */
static uint32_t
bucket_of(const char *run_id)
{
	uint32_t hash = 2166136261U;

	for (; *run_id; run_id++)
		hash = (hash ^ (unsigned char) *run_id) * 16777619U;
	return hash % BUCKETS;
}
