/*
 * schedule_store.h
 *		The rows of schedules, and of what became of their times.
 *
 * The verbs need an SPI connection; what they return lives in its memory.
 */
#ifndef MCP_SCHEDULE_STORE_H
#define MCP_SCHEDULE_STORE_H

#include "nodes/pg_list.h"
#include "schedule.h"

/* What became of a time. */
typedef struct ScheduleFire
{
	const Schedule *schedule;
	TimestampTz scheduled_at;
	TimestampTz fired_at;
	const char *outcome;     /* as the table knows them */
	const pg_uuid_t *run_id; /* NULL: none */
	const char *detail;      /* NULL: none */
} ScheduleFire;

/*
 * Makes the row of the actor with a new id and, where none is given, a slug made of the name;
 * raises 23505 where the slug that is given exists.
 */
extern void schedule_store_insert(Schedule *schedule);

/* Finds it by id or slug and locks it; raises MC020 where there is none. */
extern Schedule *schedule_store_lock(const char *schedule);

/* All but the slug and the owner. */
extern void schedule_store_update(const Schedule *schedule);

extern void schedule_store_delete(const pg_uuid_t *id);

/* In full, as JSON. */
extern Jsonb *schedule_store_get(const pg_uuid_t *id);

/*
 * The document that would make the schedule, with the keys of changes in place of
 * its own.
 */
extern Jsonb *schedule_store_merge(const char *schedule, Jsonb *changes);

/*
 * Locks those that are due, passing by what another session has locked; a List of
 * Schedule *.  For a rule that cannot be read any more the schedule has no
 * zone.
 */
extern List *schedule_store_lock_due(TimestampTz now, int limit);

/* When one is to be looked at next; DT_NOEND where none is. */
extern TimestampTz schedule_store_find_wake(void);

/* Writes how far it has come. */
extern void schedule_store_save(const Schedule *schedule, TimestampTz now);

/* False where that time was fired already, unless it was queued. */
extern bool schedule_store_add_fire(const ScheduleFire *fire);

/* Has the run not ended yet? */
extern bool schedule_store_is_alive(const pg_uuid_t *run_id);

/* Writes into the run which schedule started it, and for what time. */
extern void
schedule_store_mark_run(const pg_uuid_t *run_id, const Schedule *schedule,
                        TimestampTz scheduled_at);

#endif
