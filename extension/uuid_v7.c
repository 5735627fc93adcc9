/*
 * uuid_v7.c
 *		Ids that sort by the time they were made (RFC 9562, version 7).
 */
#include "postgres.h"

#include <time.h>

#include "datatype/timestamp.h"
#include "uuid_v7.h"

#define NS_PER_MS INT64CONST(1000000)
#define MS_PER_SECOND INT64CONST(1000)

/* Ids whose random bits are had at once: to ask for them costs more than an id. */
#define RANDOM_IDS 128

/* The fraction of a millisecond is counted in 4096ths. */
#define TICKS_PER_MS 4096

static void take_random(pg_uuid_t *uuid);
static int64 next_tick(void);
static void put_tick(pg_uuid_t *uuid, int64 tick);

void
uuid_v7_generate(pg_uuid_t *uuid)
{
	take_random(uuid);
	put_tick(uuid, next_tick());
	uuid->data[8] = (unsigned char) ((uuid->data[8] & 0x3f) | 0x80);
}

/* Each byte is used once; a backend never forks. */
static void
take_random(pg_uuid_t *uuid)
{
	static pg_uuid_t store[RANDOM_IDS];
	static int left = 0;

	if (left == 0)
	{
		if (!pg_strong_random(store, sizeof(store)))
			ereport(ERROR,
			        (errcode(ERRCODE_INTERNAL_ERROR),
			         errmsg("could not generate random values")));
		left = RANDOM_IDS;
	}
	*uuid = store[--left];
}

TimestampTz
uuid_v7_time(const pg_uuid_t *uuid)
{
	int64 ms = 0;

	for (int i = 0; i < 6; i++)
		ms = (ms << 8) | uuid->data[i];
	return UUID_V7_FIRST_TIME + ms * 1000;
}

void
uuid_v7_floor(pg_uuid_t *uuid, TimestampTz time)
{
	int64 ms = (time - UUID_V7_FIRST_TIME) / 1000;

	memset(uuid->data, 0, UUID_LEN);
	put_tick(uuid, ms * TICKS_PER_MS);
	uuid->data[8] = 0x80;
}

/*
 * Now in 4096ths of a millisecond, at least one more than the last: under a
 * burst of more than four ids a microsecond the ids run ahead of the clock by
 * what the burst takes, and stay in order.
 */
static int64
next_tick(void)
{
	static int64 last = 0;
	struct timespec now;
	int64 tick;

	clock_gettime(CLOCK_REALTIME, &now);
	tick = ((int64) now.tv_sec * MS_PER_SECOND + now.tv_nsec / NS_PER_MS) *
	       TICKS_PER_MS;
	tick += (now.tv_nsec % NS_PER_MS) * TICKS_PER_MS / NS_PER_MS;
	if (tick <= last)
		tick = last + 1;
	last = tick;
	return tick;
}

/* Time in the first six bytes, version and fraction in the next two. */
static void
put_tick(pg_uuid_t *uuid, int64 tick)
{
	int64 ms = tick / TICKS_PER_MS;
	int fraction = (int) (tick % TICKS_PER_MS);

	for (int i = 0; i < 6; i++)
		uuid->data[i] = (unsigned char) ((uint64) ms >> (40 - 8 * i));
	uuid->data[6] = (unsigned char) (0x70 | (fraction >> 8));
	uuid->data[7] = (unsigned char) fraction;
}
