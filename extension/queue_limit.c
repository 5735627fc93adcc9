/*
 * queue_limit.c
 *		How many tasks of a queue may be handed out now.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/namespace.h"
#include "queue_limit.h"
#include "queue_limit_row.h"
#include "run_row.h"
#include "run_slot.h"
#include "statement.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"

/* Who waits for tokens that come one by one looks no more often than this. */
#define LOOK_MS_MIN 50

#define LOOK_MS_MAX 1000

struct QueueLimits
{
	List *queues; /* of QueueLimit * */
	TimestampTz now;
};

/* Does any queue have limits, as far as this session knows? */
static bool is_known = false;
static bool has_any = false;
static Oid queues_table = InvalidOid;

static void watch(void);
static void note_invalidation(Datum argument, Oid table);
static QueueLimit *find(const QueueLimits *limits, const char *queue);
static void add_changes(QueueLimits *limits, List *runs);
static void add_slots(QueueLimits *limits, const LiveRun *run,
                      const Bitmapset *slots, int change);
static List *find_changed(const QueueLimits *limits, List *runs);

/* Asked once, and again when the table has changed: see the trigger on it. */
bool
queue_limits_exist(void)
{
	static Statement find_any = {
		"SELECT FROM mcp.queues AS q LIMIT 1", 0, {InvalidOid}, NULL};

	if (!is_known)
	{
		watch();
		is_known = true;
		has_any = statement_run(&find_any, NULL, NULL) > 0;
	}
	return has_any;
}

QueueLimits *
queue_limits_lock(List *queues, List *runs, TimestampTz now)
{
	QueueLimits *limits;

	if (!queue_limits_exist())
		return NULL;
	limits = palloc0_object(QueueLimits);
	limits->now = now;
	limits->queues = queue_limit_rows_lock(queues, now);
	add_changes(limits, runs);
	return limits;
}

int
queue_limits_room(QueueLimits *limits, const char *queue, int wanted)
{
	QueueLimit *limit = limits == NULL ? NULL : find(limits, queue);
	int room = wanted;

	if (limit == NULL)
		return wanted;
	if (limit->is_paused)
		return 0;
	if (limit->concurrency > 0)
		room = Min(room, limit->concurrency - limit->running);
	if (limit->rate > 0 && floor(limit->tokens) < room)
	{
		limit->is_short = true;
		room = (int) floor(limit->tokens);
	}
	return Max(room, 0);
}

void
queue_limits_take(QueueLimits *limits, const char *queue, int count)
{
	QueueLimit *limit = limits == NULL ? NULL : find(limits, queue);

	if (limit == NULL || count == 0)
		return;
	limit->running += count;
	limit->tokens -= count;
	limit->has_taken = true;
}

TimestampTz
queue_limits_next_room(const QueueLimits *limits)
{
	TimestampTz next = DT_NOEND;
	ListCell *cell;

	if (limits == NULL)
		return next;
	foreach (cell, limits->queues)
	{
		const QueueLimit *limit = lfirst(cell);
		double missing = 1.0 - limit->tokens;
		double ms = missing * limit->period_seconds * 1000 / limit->rate;

		if (!limit->is_short || queue_limit_row_is_full(limit, limit->running))
			continue;
		ms = Min(Max(ms, LOOK_MS_MIN), LOOK_MS_MAX);
		next = Min(next, TimestampTzPlusMilliseconds(limits->now, (int64) ms));
	}
	return next;
}

void
queue_limits_settle(QueueLimits *limits, List *runs, TimestampTz now)
{
	ListCell *cell;

	/* Asked anew: somebody may have set a limit since the turn began. */
	if (!queue_limits_exist())
		return;
	if (limits == NULL)
	{
		limits = palloc0_object(QueueLimits);
		limits->now = now;
	}
	limits->queues = list_concat(
		limits->queues, queue_limit_rows_lock(find_changed(limits, runs), now));
	foreach (cell, limits->queues)
	{
		QueueLimit *limit = lfirst(cell);

		limit->running = limit->running_before;
	}
	add_changes(limits, runs);
	queue_limit_rows_write(limits->queues, limits->now);
}

static void
watch(void)
{
	static bool is_registered = false;

	queues_table = get_relname_relid("queues", get_namespace_oid("mcp", false));
	if (is_registered)
		return;
	CacheRegisterRelcacheCallback(note_invalidation, (Datum) 0);
	is_registered = true;
}

static void
note_invalidation(Datum argument, Oid table)
{
	if (table == queues_table || !OidIsValid(table))
		is_known = false;
}

static QueueLimit *
find(const QueueLimits *limits, const char *queue)
{
	ListCell *cell;

	foreach (cell, limits->queues)
	{
		QueueLimit *limit = lfirst(cell);

		if (strcmp(limit->queue, queue) == 0)
			return limit;
	}
	return NULL;
}

static void
add_changes(QueueLimits *limits, List *runs)
{
	ListCell *cell;

	foreach (cell, runs)
	{
		const LiveRun *run = lfirst(cell);
		Bitmapset *running = run_row_find_running(run->state);

		add_slots(limits, run, bms_difference(running, run->running_before), 1);
		add_slots(
			limits, run, bms_difference(run->running_before, running), -1);
	}
}

static void
add_slots(QueueLimits *limits, const LiveRun *run, const Bitmapset *slots,
          int change)
{
	int slot = -1;

	while ((slot = bms_next_member(slots, slot)) >= 0)
	{
		QueueLimit *limit = find(limits, run_slot_queue(run, slot));

		if (limit != NULL)
			limit->running += change;
	}
}

/* The queues of slots that changed, but for those that are locked. */
static List *
find_changed(const QueueLimits *limits, List *runs)
{
	List *queues = NIL;
	ListCell *cell;

	foreach (cell, runs)
	{
		const LiveRun *run = lfirst(cell);
		Bitmapset *running = run_row_find_running(run->state);
		Bitmapset *changed =
			bms_union(bms_difference(running, run->running_before),
		              bms_difference(run->running_before, running));
		int slot = -1;

		while ((slot = bms_next_member(changed, slot)) >= 0)
		{
			const char *queue = run_slot_queue(run, slot);

			if (find(limits, queue) == NULL)
				queues = lappend(queues, pstrdup(queue));
		}
	}
	return queues;
}
