/*
 * worker_session.c
 *		A worker that lives no longer than its session: the lock that shows it.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "column.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "statement.h"
#include "storage/lmgr.h"
#include "storage/lock.h"
#include "utils/builtins.h"
#include "worker_session.h"

/* The first of the lock's two keys: "mcpw". */
#define SESSION_LOCKS 0x6D637077

/* So long a session may be away. */
#define AWAY_MS 500

/* And so soon is looked again once one is. */
#define LOOK_AGAIN_MS 250

/* What the last look saw. */
static bool is_anybody_away = false;

static void set_tag(LOCKTAG *tag, int epoch);
static void note_away(Column *epochs, TimestampTz now);
static void note_back(int epoch);

void
worker_session_hold(int epoch, bool is_away)
{
	LOCKTAG tag;

	set_tag(&tag, epoch);
	if (!LockHeldByMe(&tag, ExclusiveLock) &&
	    LockAcquire(&tag, ExclusiveLock, true, true) == LOCKACQUIRE_NOT_AVAIL)
		return;
	if (is_away)
		note_back(epoch);
}

void
worker_session_release(int epoch)
{
	LOCKTAG tag;

	set_tag(&tag, epoch);
	if (LockHeldByMe(&tag, ExclusiveLock))
		(void) LockRelease(&tag, ExclusiveLock, true);
}

List *
worker_session_find_gone(const char *worker, TimestampTz now)
{
	static Statement find = {"SELECT w.epoch, w.away_since"
	                         " FROM mcp.workers AS w"
	                         " WHERE w.has_session"
	                         " AND w.worker <> $1"
	                         " AND w.epoch NOT IN ("
	                         "  SELECT l.objid::integer"
	                         "  FROM pg_catalog.pg_locks AS l"
	                         "  WHERE l.locktype = 'advisory'"
	                         "  AND l.database = $2"
	                         "  AND l.classid = $3"
	                         "  AND l.objsubid = 2)",
	                         3,
	                         {TEXTOID, OIDOID, OIDOID},
	                         NULL};
	Datum values[3] = {CStringGetTextDatum(worker),
	                   ObjectIdGetDatum(MyDatabaseId),
	                   ObjectIdGetDatum(SESSION_LOCKS)};
	int count = (int) statement_run(&find, values, NULL);
	Column missed;
	List *gone = NIL;

	column_init(&missed, INT4OID, count);
	for (int i = 0; i < count; i++)
	{
		HeapTuple row = SPI_tuptable->vals[i];
		TupleDesc columns = SPI_tuptable->tupdesc;
		bool is_null;
		Datum epoch = SPI_getbinval(row, columns, 1, &is_null);
		TimestampTz since =
			DatumGetTimestampTz(SPI_getbinval(row, columns, 2, &is_null));

		if (is_null)
			column_add(&missed, epoch);
		else if (now >= TimestampTzPlusMilliseconds(since, AWAY_MS))
			gone = lappend_int(gone, DatumGetInt32(epoch));
	}
	is_anybody_away = count > 0;
	if (missed.count > 0)
		note_away(&missed, now);
	return gone;
}

int
worker_session_choose_sleep(int sleep_ms)
{
	return is_anybody_away ? Min(sleep_ms, LOOK_AGAIN_MS) : sleep_ms;
}

/* As pg_advisory_lock(integer, integer) makes it. */
static void
set_tag(LOCKTAG *tag, int epoch)
{
	SET_LOCKTAG_ADVISORY(*tag, MyDatabaseId, SESSION_LOCKS, (uint32) epoch, 2);
}

/* Who is just writing a row is alive, or is noting the same. */
static void
note_away(Column *epochs, TimestampTz now)
{
	static Statement note = {"WITH missed AS MATERIALIZED ("
	                         " SELECT w.ctid AS place"
	                         " FROM mcp.workers AS w"
	                         " WHERE w.epoch = ANY ($1)"
	                         " AND w.away_since IS NULL"
	                         " FOR UPDATE SKIP LOCKED)"
	                         " UPDATE mcp.workers AS w"
	                         " SET away_since = $2"
	                         " FROM missed AS m"
	                         " WHERE w.ctid = m.place",
	                         2,
	                         {INT4ARRAYOID, TIMESTAMPTZOID},
	                         NULL};
	Datum values[2] = {column_array(epochs), TimestampTzGetDatum(now)};

	statement_run(&note, values, NULL);
}

static void
note_back(int epoch)
{
	static Statement note = {"UPDATE mcp.workers AS w"
	                         " SET away_since = NULL"
	                         " WHERE w.epoch = $1",
	                         1,
	                         {INT4OID},
	                         NULL};
	Datum values[1] = {Int32GetDatum(epoch)};

	statement_run(&note, values, NULL);
}
