/*
 * schedule_fire.c
 *		Firing what is due: runs started by the clock.
 */
#include "postgres.h"

#include "access/xact.h"
#include "json_reader.h"
#include "mcp_error.h"
#include "run_options.h"
#include "run_start.h"
#include "schedule_fire.h"
#include "schedule_store.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/resowner.h"

/* So many in one look; what is left is found by the next. */
#define DUE_MAX 100

#define LOOK_MS 1000

/* Until so long after it a time is fired as if somebody had been there. */
#define GRACE_MS 60000

/* A schedule fires once a second at most. */
#define ON_TIME_MAX (GRACE_MS / 1000 + 1)

/* When this session is to look again, and what it knew when it looked. */
static TimestampTz next_look = 0;
static TimestampTz next_wake = DT_NOEND;

static void fire_schedule(Schedule *schedule, TimestampTz now);
static void fire_missed(Schedule *schedule, TimestampTz now);
static void fire_on_time(Schedule *schedule, TimestampTz now);
static void fire(Schedule *schedule, TimestampTz scheduled_at, TimestampTz now);
static void
queue(Schedule *schedule, TimestampTz scheduled_at, TimestampTz now);
static void fire_waiting(Schedule *schedule, TimestampTz now);
static bool is_busy(const Schedule *schedule);
static void
start(Schedule *schedule, TimestampTz scheduled_at, TimestampTz now);
static char *
try_start_safely(const Schedule *schedule, TimestampTz now, pg_uuid_t *run_id);
static char *
try_start(const Schedule *schedule, TimestampTz now, pg_uuid_t *run_id);
static void note(const Schedule *schedule, TimestampTz scheduled_at,
                 TimestampTz now, const char *outcome, const char *detail);

int
schedule_fire_due(TimestampTz now)
{
	List *due = schedule_store_lock_due(now, DUE_MAX);
	ListCell *cell;

	foreach (cell, due)
		fire_schedule(lfirst(cell), now);
	return list_length(due);
}

void
schedule_fire_look(TimestampTz now)
{
	if (now < next_look)
		return;
	schedule_fire_due(now);
	next_wake = schedule_store_find_wake();
	next_look = Min(next_wake, TimestampTzPlusMilliseconds(now, LOOK_MS));
}

TimestampTz
schedule_fire_next_wake(void)
{
	return next_wake;
}

pg_uuid_t
schedule_fire_now(Schedule *schedule, TimestampTz now)
{
	ScheduleFire fired = {.schedule = schedule,
	                      .scheduled_at = now,
	                      .fired_at = now,
	                      .outcome = "started",
	                      .run_id = &schedule->last_run_id,
	                      .detail = "by hand"};
	char *problem = try_start(schedule, now, &schedule->last_run_id);

	if (problem != NULL)
		ereport(
			ERROR,
			(errcode(ERRCODE_MCP_REFERENCE), errmsg_internal("%s", problem)));
	schedule->has_last_run = true;
	schedule_store_mark_run(&schedule->last_run_id, schedule, now);
	(void) schedule_store_add_fire(&fired);
	schedule_store_save(schedule, now);
	return schedule->last_run_id;
}

void
schedule_fire_plan(Schedule *schedule, TimestampTz now)
{
	schedule->next_fire_at = fire_time_find_next(&schedule->rule, now);
}

static void
fire_schedule(Schedule *schedule, TimestampTz now)
{
	if (schedule->rule.zone == NULL)
	{
		note(schedule,
		     now,
		     now,
		     "failed",
		     "its rule or time zone cannot be read on this server");
		schedule->next_fire_at = DT_NOEND;
	}
	fire_waiting(schedule, now);
	if (schedule->next_fire_at <= now)
	{
		fire_missed(schedule, now);
		fire_on_time(schedule, now);
	}
	schedule_store_save(schedule, now);
}

/* Moves on to the first time that is still to be fired in time. */
static void
fire_missed(Schedule *schedule, TimestampTz now)
{
	TimestampTz until = TimestampTzPlusMilliseconds(now, -GRACE_MS);
	TimestampTz delay =
		schedule->jitter_seconds * INT64CONST(1) * USECS_PER_SEC;
	TimestampTz *times;
	int limit = 0;
	int count;

	until -= delay;
	if (schedule->next_fire_at > until)
		return;
	if (schedule->catch_up == SCHEDULE_CATCH_UP_ONE)
		limit = 1;
	else if (schedule->catch_up == SCHEDULE_CATCH_UP_ALL)
		limit = schedule->catch_up_limit;
	times = palloc_array(TimestampTz, (Size) limit + 1);
	count = schedule_find_last(
		&schedule->rule, schedule->next_fire_at - 1, until, limit, times);
	if (limit == 0)
		note(schedule,
		     schedule->next_fire_at,
		     now,
		     "skipped",
		     "nobody was there to fire it, nor what followed");
	for (int i = 0; i < count; i++)
		fire(schedule, times[i], now);
	schedule->next_fire_at = fire_time_find_next(&schedule->rule, until);
}

static void
fire_on_time(Schedule *schedule, TimestampTz now)
{
	for (int i = 0; i < ON_TIME_MAX; i++)
	{
		TimestampTz time = schedule->next_fire_at;

		if (schedule_delayed(schedule, time) > now)
			return;
		fire(schedule, time, now);
		schedule->next_fire_at = fire_time_find_next(&schedule->rule, time);
	}
}

static void
fire(Schedule *schedule, TimestampTz scheduled_at, TimestampTz now)
{
	schedule->last_fire_at = scheduled_at;
	if (schedule->overlap != SCHEDULE_ALLOW && is_busy(schedule))
	{
		if (schedule->overlap == SCHEDULE_QUEUE)
			queue(schedule, scheduled_at, now);
		else
			note(schedule,
			     scheduled_at,
			     now,
			     "skipped",
			     "the run before it had not ended");
		return;
	}
	start(schedule, scheduled_at, now);
}

static void
queue(Schedule *schedule, TimestampTz scheduled_at, TimestampTz now)
{
	if (schedule->waiting_count >= schedule->catch_up_limit)
	{
		note(schedule,
		     scheduled_at,
		     now,
		     "skipped",
		     psprintf("%d times wait already", schedule->waiting_count));
		return;
	}
	schedule->waiting[schedule->waiting_count++] = scheduled_at;
	note(schedule,
	     scheduled_at,
	     now,
	     "queued",
	     "it waits for the run before it to end");
}

/* One at a time: the next waits for this one. */
static void
fire_waiting(Schedule *schedule, TimestampTz now)
{
	TimestampTz first;

	if (schedule->waiting_count == 0 ||
	    (schedule->has_last_run &&
	     schedule_store_is_alive(&schedule->last_run_id)))
		return;
	first = schedule->waiting[0];
	schedule->waiting_count--;
	memmove(schedule->waiting,
	        schedule->waiting + 1,
	        (Size) schedule->waiting_count * sizeof(TimestampTz));
	start(schedule, first, now);
}

static bool
is_busy(const Schedule *schedule)
{
	return schedule->waiting_count > 0 ||
	       (schedule->has_last_run &&
	        schedule_store_is_alive(&schedule->last_run_id));
}

/*
 * The fire is written first: where the time was fired before, whatever the row of
 * the schedule says, nothing is started.
 */
static void
start(Schedule *schedule, TimestampTz scheduled_at, TimestampTz now)
{
	pg_uuid_t run_id;
	ScheduleFire fired = {.schedule = schedule,
	                      .scheduled_at = scheduled_at,
	                      .fired_at = now,
	                      .outcome = "queued"};
	char *problem;

	if (!schedule_store_add_fire(&fired))
		return;
	problem = try_start_safely(schedule, now, &run_id);
	fired.outcome = problem == NULL ? "started" : "failed";
	fired.run_id = problem == NULL ? &run_id : NULL;
	fired.detail = problem;
	(void) schedule_store_add_fire(&fired);
	if (problem != NULL)
		return;
	schedule->last_run_id = run_id;
	schedule->has_last_run = true;
	schedule_store_mark_run(&run_id, schedule, scheduled_at);
}

/*
 * In a subtransaction, since this happens in the turn of some worker: a schedule
 * whose start raises an error would stop every turn of every worker.
 */
static char *
try_start_safely(const Schedule *schedule, TimestampTz now, pg_uuid_t *run_id)
{
	MemoryContext context = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	char *volatile problem = NULL;

	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(context);
	PG_TRY();
	{
		problem = try_start(schedule, now, run_id);
		ReleaseCurrentSubTransaction();
	}
	PG_CATCH();
	{
		ErrorData *error;

		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		FlushErrorState();
		RollbackAndReleaseCurrentSubTransaction();
		/* Who cancels the turn means the turn. */
		if (error->sqlerrcode == ERRCODE_QUERY_CANCELED ||
		    error->sqlerrcode == ERRCODE_ADMIN_SHUTDOWN)
			ReThrowError(error);
		problem = pstrdup(error->message);
	}
	PG_END_TRY();
	MemoryContextSwitchTo(context);
	CurrentResourceOwner = owner;
	return problem;
}

/* Returns why it cannot be started, or NULL. */
static char *
try_start(const Schedule *schedule, TimestampTz now, pg_uuid_t *run_id)
{
	RunStart run = {.is_priority_open = true,
	                .owner = schedule->owner,
	                .inputs = JsonbPGetDatum(schedule->inputs),
	                .now = now};
	ProblemList *problems = problem_list_create();
	char *workflow_id = DatumGetCString(
		DirectFunctionCall1(uuid_out, UUIDPGetDatum(&schedule->workflow_id)));
	JsonObject options;
	WorkflowRef workflow;

	if (json_object_open(&options, schedule->options, "options", problems))
		run_options_read(&options, &run);
	if (problem_count(problems) > 0)
		return problem_get(problems, 0)->message;
	if (!run_start_find_workflow(workflow_id, &workflow))
		return psprintf("workflow %s does not exist", workflow_id);
	return run_start_workflow(&workflow, &run, run_id);
}

static void
note(const Schedule *schedule, TimestampTz scheduled_at, TimestampTz now,
     const char *outcome, const char *detail)
{
	ScheduleFire fired = {.schedule = schedule,
	                      .scheduled_at = scheduled_at,
	                      .fired_at = now,
	                      .outcome = outcome,
	                      .detail = detail};

	(void) schedule_store_add_fire(&fired);
}
