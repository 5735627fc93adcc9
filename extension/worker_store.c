/*
 * worker_store.c
 *		The rows of workers: their leases and epochs.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "column.h"
#include "row_scan.h"
#include "statement.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/rel.h"
#include "worker_store.h"

/* Columns of workers that a turn reads. */
enum
{
	COLUMN_WORKER,
	COLUMN_EPOCH,
	COLUMN_LEASE_UNTIL,
	COLUMN_IS_ASLEEP,
	COLUMN_HAS_SESSION,
	COLUMN_AWAY_SINCE,
	COLUMN_COUNT
};

static const char *const column_names[COLUMN_COUNT] = {
	[COLUMN_WORKER] = "worker",
	[COLUMN_EPOCH] = "epoch",
	[COLUMN_LEASE_UNTIL] = "lease_until",
	[COLUMN_IS_ASLEEP] = "is_asleep",
	[COLUMN_HAS_SESSION] = "has_session",
	[COLUMN_AWAY_SINCE] = "away_since",
};

static HeapTuple
keep(RowScan *scan, TupleDesc columns, int place, const char *worker);
static bool has_peers(RowScan *scan, const int *places, const char *worker,
                      TimestampTz now);
static Datum get_column(int column);

/*
 * The row is made first and then locked, so that of two who register under one
 * name at once, the second gets an epoch of its own and finds the tasks of the
 * first.  It may be taken away in between, hence the loop.
 */
int
worker_store_register(const char *worker, Jsonb *capacity, bool has_session,
                      TimestampTz lease_until)
{
	static Statement make = {
		"INSERT INTO mcp.workers (worker, epoch, lease_until)"
		" VALUES ($1, 0, $2)"
		" ON CONFLICT (worker) DO NOTHING",
		2,
		{TEXTOID, TIMESTAMPTZOID},
		NULL};
	static Statement take = {
		"UPDATE mcp.workers AS w"
		" SET epoch = pg_catalog.nextval('mcp.worker_epochs'),"
		"  capacity = $2, lease_until = $3, has_session = $4,"
		"  away_since = NULL, is_asleep = false,"
		"  registered_at = pg_catalog.now()"
		" WHERE w.worker = $1"
		" RETURNING w.epoch",
		4,
		{TEXTOID, JSONBOID, TIMESTAMPTZOID, BOOLOID},
		NULL};
	Datum name = CStringGetTextDatum(worker);
	Datum make_values[2] = {name, TimestampTzGetDatum(lease_until)};
	Datum take_values[4] = {name,
	                        JsonbPGetDatum(capacity),
	                        TimestampTzGetDatum(lease_until),
	                        BoolGetDatum(has_session)};

	do
		statement_run(&make, make_values, NULL);
	while (statement_run(&take, take_values, NULL) == 0);
	return DatumGetInt32(get_column(1));
}

/* At each turn: so it goes without SQL, like what else a turn does. */
bool
worker_store_enter(const char *worker, int epoch, TimestampTz now,
                   WorkerLease *lease)
{
	RowTable *workers = row_table_open("workers");
	RowScan *scan = row_scan_open(workers, NULL);
	TupleDesc columns = RelationGetDescr(row_table_relation(workers));
	int places[COLUMN_COUNT];
	HeapTuple row;
	bool is_entered = false;

	row_table_find_columns(workers, column_names, COLUMN_COUNT, places);
	row = keep(scan, columns, places[COLUMN_WORKER], worker);
	if (row != NULL)
	{
		Datum *values = palloc_array(Datum, (Size) columns->natts);
		bool *nulls = palloc_array(bool, (Size) columns->natts);

		heap_deform_tuple(row, columns, values, nulls);
		is_entered = DatumGetInt32(values[places[COLUMN_EPOCH]]) == epoch;
		lease->lease_until =
			DatumGetTimestampTz(values[places[COLUMN_LEASE_UNTIL]]);
		lease->is_asleep = DatumGetBool(values[places[COLUMN_IS_ASLEEP]]);
		lease->has_session = DatumGetBool(values[places[COLUMN_HAS_SESSION]]);
		lease->is_away = !nulls[places[COLUMN_AWAY_SINCE]];
		lease->has_peers = has_peers(scan, places, worker, now);
	}
	row_scan_close(scan);
	row_table_close(workers);
	return is_entered;
}

/* Until this transaction ends nobody takes the row away; NULL: it is gone. */
static HeapTuple
keep(RowScan *scan, TupleDesc columns, int place, const char *worker)
{
	ScanKeyData key;

	ScanKeyEntryInitialize(&key,
	                       0,
	                       1,
	                       BTEqualStrategyNumber,
	                       InvalidOid,
	                       TupleDescAttr(columns, place)->attcollation,
	                       F_TEXTEQ,
	                       CStringGetTextDatum(worker));
	row_scan_seek(scan, &key, 1);
	return row_scan_next(scan) == NULL ? NULL : row_scan_keep(scan);
}

/* There are as many rows as workers. */
static bool
has_peers(RowScan *scan, const int *places, const char *worker, TimestampTz now)
{
	TupleTableSlot *row;
	bool is_any = false;

	row_scan_seek(scan, NULL, 0);
	while (!is_any && (row = row_scan_next(scan)) != NULL)
	{
		slot_getallattrs(row);
		is_any =
			DatumGetTimestampTz(row->tts_values[places[COLUMN_LEASE_UNTIL]]) >
				now &&
			strcmp(TextDatumGetCString(row->tts_values[places[COLUMN_WORKER]]),
		           worker) != 0;
	}
	return is_any;
}

void
worker_store_update(const char *worker, TimestampTz lease_until, bool is_asleep)
{
	static Statement update = {"UPDATE mcp.workers AS w"
	                           " SET lease_until = $2, is_asleep = $3"
	                           " WHERE w.worker = $1",
	                           3,
	                           {TEXTOID, TIMESTAMPTZOID, BOOLOID},
	                           NULL};
	Datum values[3] = {CStringGetTextDatum(worker),
	                   TimestampTzGetDatum(lease_until),
	                   BoolGetDatum(is_asleep)};

	statement_run(&update, values, NULL);
}

bool
worker_store_remove(const char *worker, int epoch)
{
	static Statement remove = {"DELETE FROM mcp.workers AS w"
	                           " WHERE w.worker = $1"
	                           " AND w.epoch = $2",
	                           2,
	                           {TEXTOID, INT4OID},
	                           NULL};
	Datum values[2] = {CStringGetTextDatum(worker), Int32GetDatum(epoch)};

	return statement_run(&remove, values, NULL) > 0;
}

List *
worker_store_remove_lost(const char *worker, List *epochs, TimestampTz now)
{
	static Statement remove = {"WITH expired AS MATERIALIZED ("
	                           " SELECT w.ctid AS place"
	                           " FROM mcp.workers AS w"
	                           " WHERE (w.lease_until < $2"
	                           "  OR w.epoch = ANY ($3))"
	                           " AND w.worker <> $1"
	                           " FOR UPDATE SKIP LOCKED)"
	                           " DELETE FROM mcp.workers AS w"
	                           " USING expired AS e"
	                           " WHERE w.ctid = e.place"
	                           " RETURNING w.worker, w.epoch",
	                           3,
	                           {TEXTOID, TIMESTAMPTZOID, INT4ARRAYOID},
	                           NULL};
	Datum values[3] = {CStringGetTextDatum(worker), TimestampTzGetDatum(now)};
	List *lost_workers = NIL;
	Column column;
	ListCell *cell;
	uint64 count;

	column_init(&column, INT4OID, list_length(epochs));
	foreach (cell, epochs)
		column_add(&column, Int32GetDatum(lfirst_int(cell)));
	values[2] = column_array(&column);
	count = statement_run(&remove, values, NULL);

	for (uint64 i = 0; i < count; i++)
	{
		HeapTuple row = SPI_tuptable->vals[i];
		TupleDesc columns = SPI_tuptable->tupdesc;
		LostWorker *lost = palloc0_object(LostWorker);
		bool is_null;

		lost->worker =
			TextDatumGetCString(SPI_getbinval(row, columns, 1, &is_null));
		lost->epoch = DatumGetInt32(SPI_getbinval(row, columns, 2, &is_null));
		lost_workers = lappend(lost_workers, lost);
	}
	return lost_workers;
}

char *
worker_store_find_name(int epoch)
{
	static Statement find = {"SELECT w.worker"
	                         " FROM mcp.workers AS w"
	                         " WHERE w.epoch = $1",
	                         1,
	                         {INT4OID},
	                         NULL};
	Datum values[1] = {Int32GetDatum(epoch)};

	if (statement_run(&find, values, NULL) == 0)
		return NULL;
	return TextDatumGetCString(get_column(1));
}

TimestampTz
worker_store_find_last_lease(void)
{
	static Statement find = {"SELECT coalesce(max(w.lease_until), '-infinity')"
	                         " FROM mcp.workers AS w",
	                         0,
	                         {InvalidOid},
	                         NULL};

	statement_run(&find, NULL, NULL);
	return DatumGetTimestampTz(get_column(1));
}

static Datum
get_column(int column)
{
	bool is_null;
	Datum value = SPI_getbinval(
		SPI_tuptable->vals[0], SPI_tuptable->tupdesc, column, &is_null);

	Assert(!is_null);
	return value;
}
