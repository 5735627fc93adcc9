/*
 * queue_limit.c
 *		How many tasks of a queue may be handed out now.
 *
 * The rate is a bucket of tokens: it holds those of one period, fills evenly, and
 * each task handed out takes one.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "column.h"
#include "queue_limit.h"
#include "run_row.h"
#include "run_slot.h"
#include "statement.h"
#include "utils/builtins.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "wake.h"

/* Who waits for tokens that come one by one looks no more often than this. */
#define LOOK_MS_MIN 50

#define LOOK_MS_MAX 1000

/* One queue with limits, its row locked. */
typedef struct QueueLimit
{
	const char *queue;
	int concurrency;       /* 0: no limit */
	int rate;              /* tasks in a period; 0: no limit */
	double period_seconds; /* of the rate */
	bool is_paused;
	int running_before; /* as the row has it */
	int running;
	double tokens;
	bool is_short; /* of tokens, for what was wanted */
	bool has_taken;
} QueueLimit;

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
static List *lock_rows(List *queues, TimestampTz now);
static QueueLimit *decode(HeapTuple row, TupleDesc columns, TimestampTz now);
static double refill(const QueueLimit *limit, double tokens,
                     TimestampTz refilled_at, TimestampTz now);
static QueueLimit *find(const QueueLimits *limits, const char *queue);
static void add_changes(QueueLimits *limits, List *runs);
static void add_slots(QueueLimits *limits, const LiveRun *run,
                      const Bitmapset *slots, int change);
static List *find_changed(const QueueLimits *limits, List *runs);
static void write_rows(const QueueLimits *limits);
static bool is_full(const QueueLimit *limit, int running);

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
	limits->queues = lock_rows(queues, now);
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

		if (!limit->is_short || is_full(limit, limit->running))
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
	limits->queues =
		list_concat(limits->queues, lock_rows(find_changed(limits, runs), now));
	foreach (cell, limits->queues)
	{
		QueueLimit *limit = lfirst(cell);

		limit->running = limit->running_before;
	}
	add_changes(limits, runs);
	write_rows(limits);
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

static List *
lock_rows(List *queues, TimestampTz now)
{
	static Statement lock = {
		"SELECT u.queue, q.concurrency_limit, q.rate_limit,"
		" extract(epoch FROM q.rate_period)::double precision,"
		" q.is_paused, u.running, u.tokens, u.refilled_at"
		" FROM mcp.queue_uses AS u"
		" JOIN mcp.queues AS q ON q.queue = u.queue"
		" WHERE u.queue = ANY ($1)"
		" ORDER BY u.queue"
		" FOR UPDATE OF u",
		1,
		{TEXTARRAYOID},
		NULL};
	List *limits = NIL;
	Column names;
	Datum values[1];
	ListCell *cell;

	if (queues == NIL)
		return NIL;
	column_init(&names, TEXTOID, list_length(queues));
	foreach (cell, queues)
		column_add_text(&names, lfirst(cell));
	values[0] = column_array(&names);
	statement_run(&lock, values, NULL);
	for (uint64 i = 0; i < SPI_processed; i++)
		limits = lappend(
			limits, decode(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, now));
	return limits;
}

static QueueLimit *
decode(HeapTuple row, TupleDesc columns, TimestampTz now)
{
	QueueLimit *limit = palloc0_object(QueueLimit);
	Datum values[8];
	bool nulls[8];

	heap_deform_tuple(row, columns, values, nulls);
	limit->queue = TextDatumGetCString(values[0]);
	limit->concurrency = nulls[1] ? 0 : DatumGetInt32(values[1]);
	limit->rate = nulls[2] ? 0 : DatumGetInt32(values[2]);
	limit->period_seconds = DatumGetFloat8(values[3]);
	limit->is_paused = DatumGetBool(values[4]);
	limit->running_before = DatumGetInt32(values[5]);
	limit->running = limit->running_before;
	limit->tokens = limit->rate;
	if (!nulls[6])
		limit->tokens = refill(limit,
		                       DatumGetFloat8(values[6]),
		                       DatumGetTimestampTz(values[7]),
		                       now);
	return limit;
}

/* The clock of another session may be ahead of that of this turn's beginning. */
static double
refill(const QueueLimit *limit, double tokens, TimestampTz refilled_at,
       TimestampTz now)
{
	double seconds = (double) Max(now - refilled_at, 0) / USECS_PER_SEC;

	return Min(tokens + seconds * limit->rate / limit->period_seconds,
	           limit->rate);
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

/*
 * Where there was no room and is some now, those who sleep are told.  Less than
 * none may be under way where a run was given up whose state could not be read.
 */
static void
write_rows(const QueueLimits *limits)
{
	static Statement update = {
		"UPDATE mcp.queue_uses AS u"
		" SET running = n.running, tokens = n.tokens, refilled_at = $4"
		" FROM unnest($1, $2, $3) AS n (queue, running, tokens)"
		" WHERE u.queue = n.queue",
		4,
		{TEXTARRAYOID, INT4ARRAYOID, FLOAT8ARRAYOID, TIMESTAMPTZOID},
		NULL};
	int count = list_length(limits->queues);
	Column names;
	Column running;
	Column tokens;
	Datum values[4];
	ListCell *cell;

	column_init(&names, TEXTOID, count);
	column_init(&running, INT4OID, count);
	column_init(&tokens, FLOAT8OID, count);
	foreach (cell, limits->queues)
	{
		const QueueLimit *limit = lfirst(cell);

		if (limit->running == limit->running_before && !limit->has_taken)
			continue;
		column_add_text(&names, limit->queue);
		column_add(&running, Int32GetDatum(Max(limit->running, 0)));
		if (limit->rate == 0)
			column_add_null(&tokens);
		else
			column_add(&tokens, Float8GetDatum(limit->tokens));
		if (is_full(limit, limit->running_before) &&
		    !is_full(limit, limit->running))
			wake_note_work(limit->queue);
	}
	if (names.count == 0)
		return;
	values[0] = column_array(&names);
	values[1] = column_array(&running);
	values[2] = column_array(&tokens);
	values[3] = TimestampTzGetDatum(limits->now);
	statement_run(&update, values, NULL);
}

static bool
is_full(const QueueLimit *limit, int running)
{
	return limit->concurrency > 0 && running >= limit->concurrency;
}
