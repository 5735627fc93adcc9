/*
 * schedule.c
 *		A schedule: what it starts, when, and how far it has come.
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "schedule.h"
#include "utils/timestamp.h"

/* How often to see whether the run has ended that times wait for. */
#define WAITING_LOOK_MS 1000

const char *const schedule_overlaps[] = {"skip", "queue", "allow"};
const char *const schedule_catch_ups[] = {"none", "one", "all"};
const int schedule_overlap_count = lengthof(schedule_overlaps);
const int schedule_catch_up_count = lengthof(schedule_catch_ups);

TimestampTz
schedule_delayed(const Schedule *schedule, TimestampTz scheduled_at)
{
	struct
	{
		pg_uuid_t id;
		TimestampTz time;
	} key;
	uint64 hash;

	if (schedule->jitter_seconds == 0 || TIMESTAMP_NOT_FINITE(scheduled_at))
		return scheduled_at;
	key.id = schedule->id;
	key.time = scheduled_at;
	hash = hash_bytes_extended((unsigned char *) &key, sizeof(key), 0);
	return scheduled_at +
	       (TimestampTz) (hash %
	                      ((uint64) schedule->jitter_seconds * USECS_PER_SEC));
}

TimestampTz
schedule_wakes_at(const Schedule *schedule, TimestampTz now)
{
	TimestampTz next = schedule_delayed(schedule, schedule->next_fire_at);

	if (schedule->waiting_count > 0)
		return Min(next, TimestampTzPlusMilliseconds(now, WAITING_LOOK_MS));
	return next;
}

/*
 * A rule knows its next time only, so this looks from ever longer before, until
 * there are enough of them.
 */
int
schedule_find_last(const FireRule *rule, TimestampTz after, TimestampTz until,
                   int limit, TimestampTz *times)
{
	int64 length = USECS_PER_MINUTE;
	int64 count;

	if (limit == 0 || after >= until)
		return 0;
	for (;;)
	{
		bool is_all = length >= until - after;
		TimestampTz time = is_all ? after : until - length;

		count = 0;
		while ((time = fire_time_find_next(rule, time)) <= until)
			times[count++ % limit] = time;
		if (is_all || count >= limit)
			break;
		length *= 2;
	}
	if (count > limit)
	{
		/* The oldest stands where the next would have gone. */
		int first = (int) (count % limit);
		TimestampTz *sorted = palloc_array(TimestampTz, (Size) limit);

		for (int i = 0; i < limit; i++)
			sorted[i] = times[(first + i) % limit];
		memcpy(times, sorted, (Size) limit * sizeof(TimestampTz));
		pfree(sorted);
		count = limit;
	}
	return (int) count;
}
