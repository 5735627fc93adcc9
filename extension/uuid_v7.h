/*
 * uuid_v7.h
 *		Ids that sort by the time they were made (RFC 9562, version 7).
 *
 * 48 bits of Unix time in milliseconds, 12 bits of its fraction (RFC 9562
 * section 6.2, method 3), 62 random bits.  Inserts by id stay at the right edge
 * of an index, pages follow by key, and a range of time is a range of ids.
 */
#ifndef MCP_UUID_V7_H
#define MCP_UUID_V7_H

#include "utils/timestamp.h"
#include "utils/uuid.h"

/* 1970-01-01: what comes before has no id. */
#define UUID_V7_FIRST_TIME \
	(-(int64) (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * USECS_PER_DAY)

/*
 * Fills in a new id, greater than every id this backend made before, also where
 * the clock was set back meanwhile.
 */
extern void uuid_v7_generate(pg_uuid_t *uuid);

/* The time in an id of version 7, to the millisecond. */
extern TimestampTz uuid_v7_time(const pg_uuid_t *uuid);

/* The smallest id of a time not before UUID_V7_FIRST_TIME. */
extern void uuid_v7_floor(pg_uuid_t *uuid, TimestampTz time);

#endif
