/*
 * queue_limit_row.c
 *		The rows that say how much of the limits of queues is used.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "column.h"
#include "queue_limit_row.h"
#include "statement.h"
#include "utils/builtins.h"
#include "wake.h"

static QueueLimit *decode(HeapTuple row, TupleDesc columns, TimestampTz now);
static double refill(const QueueLimit *limit, double tokens,
                     TimestampTz refilled_at, TimestampTz now);

List *
queue_limit_rows_lock(List *queues, TimestampTz now)
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

/*
 * Less than none may be under way where a run was given up whose state could not
 * be read.
 */
void
queue_limit_rows_write(const List *limits, TimestampTz now)
{
	static Statement update = {
		"UPDATE mcp.queue_uses AS u"
		" SET running = n.running, tokens = n.tokens, refilled_at = $4"
		" FROM unnest($1, $2, $3) AS n (queue, running, tokens)"
		" WHERE u.queue = n.queue",
		4,
		{TEXTARRAYOID, INT4ARRAYOID, FLOAT8ARRAYOID, TIMESTAMPTZOID},
		NULL};
	int count = list_length(limits);
	Column names;
	Column running;
	Column tokens;
	Datum values[4];
	ListCell *cell;

	column_init(&names, TEXTOID, count);
	column_init(&running, INT4OID, count);
	column_init(&tokens, FLOAT8OID, count);
	foreach (cell, limits)
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
		if (queue_limit_row_is_full(limit, limit->running_before) &&
		    !queue_limit_row_is_full(limit, limit->running))
			wake_note_work(limit->queue);
	}
	if (names.count == 0)
		return;
	values[0] = column_array(&names);
	values[1] = column_array(&running);
	values[2] = column_array(&tokens);
	values[3] = TimestampTzGetDatum(now);
	statement_run(&update, values, NULL);
}

bool
queue_limit_row_is_full(const QueueLimit *limit, int running)
{
	return limit->concurrency > 0 && running >= limit->concurrency;
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
