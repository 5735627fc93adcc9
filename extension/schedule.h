/*
 * schedule.h
 *		A schedule: what it starts, when, and how far it has come.
 */
#ifndef MCP_SCHEDULE_H
#define MCP_SCHEDULE_H

#include "fire_time.h"
#include "utils/jsonb.h"
#include "utils/uuid.h"

/* What becomes of a time at which the last run of the schedule still lives. */
typedef enum ScheduleOverlap
{
	SCHEDULE_SKIP,  /* nothing is started */
	SCHEDULE_QUEUE, /* it is started when that run has ended */
	SCHEDULE_ALLOW  /* it is started beside it */
} ScheduleOverlap;

/* What becomes of the times at which nobody was there to fire. */
typedef enum ScheduleCatchUp
{
	SCHEDULE_CATCH_UP_NONE, /* nothing */
	SCHEDULE_CATCH_UP_ONE,  /* one run, for the last of them */
	SCHEDULE_CATCH_UP_ALL   /* a run for each of the last catch_up_limit */
} ScheduleCatchUp;

typedef struct Schedule
{
	/* As its definition says. */
	pg_uuid_t id;
	char *name;
	char *slug; /* NULL: not given */
	char *description;
	char *workflow; /* id or slug; not in what the store reads */
	pg_uuid_t workflow_id;
	FireRule rule;
	char *cron; /* NULL: an interval */
	char *time_zone;
	Jsonb *inputs;
	Jsonb *options;
	ScheduleOverlap overlap;
	ScheduleCatchUp catch_up;
	int catch_up_limit;
	int jitter_seconds;
	bool is_paused;
	char *owner;

	/* How far it has come. */
	TimestampTz next_fire_at; /* DT_NOEND: never again */
	TimestampTz last_fire_at; /* 0: never yet */
	pg_uuid_t last_run_id;
	bool has_last_run;
	int waiting_count; /* times that wait for the last run to end, in order */
	TimestampTz *waiting;
} Schedule;

/* The words for them, in the order of the enums. */
extern const char *const schedule_overlaps[];
extern const char *const schedule_catch_ups[];
extern const int schedule_overlap_count;
extern const int schedule_catch_up_count;

/*
 * When the time is to be fired: up to jitter_seconds later, always the same for
 * the same time of the same schedule.
 */
extern TimestampTz
schedule_delayed(const Schedule *schedule, TimestampTz scheduled_at);

/*
 * When a turn is to look at it: its next time, or soon where times wait for a
 * run to end.  DT_NOEND: never.
 */
extern TimestampTz schedule_wakes_at(const Schedule *schedule, TimestampTz now);

/*
 * The last times in (after, until], at most limit of them, ascending; returns how
 * many.  Takes no longer for a schedule that nobody looked at for years.
 */
extern int schedule_find_last(const FireRule *rule, TimestampTz after,
                              TimestampTz until, int limit, TimestampTz *times);

#endif
