/*
 * run_store.c
 *		The rows of live runs: found and locked, alone or with what waits of them.
 *
 * These tables are empty when statistics are taken of them and full a second
 * later, and no plan may rest on that.  So rows are found by their index here; of
 * the statements that look at all, the functions of the SQL face switch off what
 * suits small tables only (see schema/34_worker_functions.sql).
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "column.h"
#include "miscadmin.h"
#include "queue_scan.h"
#include "row_scan.h"
#include "run_row.h"
#include "run_store.h"
#include "statement.h"
#include "utils/fmgroids.h"
#include "utils/rel.h"

/* What a claim has open. */
typedef struct Claim
{
	QueueScan *queue;
	RowTable *live_runs;
	RowScan *runs;
	RunRowReader reader;
	LiveRun *run; /* of the step before: often of the next one, too */
} Claim;

static bool seek_run(RowScan *scan, const pg_uuid_t *run_id);
static LiveRun *claim_run(Claim *claim, const pg_uuid_t *run_id, bool *is_gone);
static ClaimedStep *claim_step(Claim *claim, const QueuedStep *queued);

List *
run_store_lock(const pg_uuid_t *run_ids, int count)
{
	RowTable *live_runs;
	RowScan *scan;
	RunRowReader reader;
	List *runs = NIL;

	if (count == 0)
		return NIL;
	live_runs = row_table_open("live_runs");
	scan = row_scan_open(live_runs, NULL);
	run_row_open(&reader, live_runs);
	for (int i = 0; i < count; i++)
	{
		HeapTuple row = NULL;

		CHECK_FOR_INTERRUPTS();
		if (seek_run(scan, &run_ids[i]))
			row = row_scan_lock(scan, LockWaitBlock);
		if (row != NULL)
			runs = lappend(runs, run_row_decode(&reader, row));
	}
	row_scan_close(scan);
	row_table_close(live_runs);
	return runs;
}

/*
 * The steps whose run another session has locked are passed by as well: to wait
 * for runs out of the order of their ids is to wait for each other.  A row stays
 * locked then until this transaction ends, which is soon.
 */
List *
run_store_claim(const char *queue, int limit)
{
	Claim claim = {.queue = queue_scan_open(queue)};
	List *steps = NIL;
	QueuedStep queued;

	claim.live_runs = row_table_open("live_runs");
	claim.runs = row_scan_open(claim.live_runs, NULL);
	run_row_open(&claim.reader, claim.live_runs);
	while (list_length(steps) < limit && queue_scan_next(claim.queue, &queued))
	{
		ClaimedStep *step = claim_step(&claim, &queued);

		CHECK_FOR_INTERRUPTS();
		if (step != NULL)
			steps = lappend(steps, step);
	}
	row_scan_close(claim.runs);
	row_table_close(claim.live_runs);
	queue_scan_close(claim.queue);
	return steps;
}

pg_uuid_t *
run_store_find_held(const int *epochs, int epoch_count, int *count)
{
	static Statement find = {"SELECT l.run_id"
	                         " FROM mcp.live_runs AS l"
	                         " WHERE mcp._state_epochs(l.state) && $1"
	                         " ORDER BY l.run_id",
	                         1,
	                         {INT4ARRAYOID},
	                         NULL};
	Column column;
	Datum values[1];
	pg_uuid_t *run_ids;

	column_init(&column, INT4OID, epoch_count);
	for (int i = 0; i < epoch_count; i++)
		column_add(&column, Int32GetDatum(epochs[i]));
	values[0] = column_array(&column);
	*count = (int) statement_run(&find, values, NULL);
	run_ids = palloc_array(pg_uuid_t, (Size) *count + 1);
	for (int i = 0; i < *count; i++)
	{
		bool is_null;

		run_ids[i] = *DatumGetUUIDP(SPI_getbinval(
			SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 1, &is_null));
	}
	return run_ids;
}

int *
run_store_find_orphan_epochs(int *count)
{
	static Statement find = {
		"SELECT DISTINCT e.epoch"
		" FROM mcp.live_runs AS l"
		" CROSS JOIN unnest(mcp._state_epochs(l.state)) AS e (epoch)"
		" WHERE NOT EXISTS ("
		"  SELECT FROM mcp.workers AS w"
		"  WHERE w.epoch = e.epoch)",
		0,
		{InvalidOid},
		NULL};
	int *epochs;

	*count = (int) statement_run(&find, NULL, NULL);
	epochs = palloc_array(int, (Size) *count + 1);
	for (int i = 0; i < *count; i++)
	{
		bool is_null;

		epochs[i] = DatumGetInt32(SPI_getbinval(
			SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 1, &is_null));
	}
	return epochs;
}

/* Decoding loads plans and so runs other statements: hold on to the rows. */
static bool
seek_run(RowScan *scan, const pg_uuid_t *run_id)
{
	ScanKeyData key;

	ScanKeyInit(
		&key, 1, BTEqualStrategyNumber, F_UUID_EQ, UUIDPGetDatum(run_id));
	row_scan_seek(scan, &key, 1);
	return row_scan_next(scan) != NULL;
}

/* A row without its run is what is left of a run that ended. */
static ClaimedStep *
claim_step(Claim *claim, const QueuedStep *queued)
{
	bool is_gone = false;
	LiveRun *run = claim->run;
	ClaimedStep *step;

	if (run == NULL ||
	    memcmp(&run->run_id, &queued->run_id, sizeof(pg_uuid_t)) != 0)
		run = claim_run(claim, &queued->run_id, &is_gone);
	if (run == NULL && !is_gone)
		return NULL;
	if (!queue_scan_take(claim->queue) || is_gone)
		return NULL;
	claim->run = run;
	step = palloc_object(ClaimedStep);
	step->run = run;
	step->step = queued->step;
	return step;
}

static LiveRun *
claim_run(Claim *claim, const pg_uuid_t *run_id, bool *is_gone)
{
	HeapTuple row;

	*is_gone = !seek_run(claim->runs, run_id);
	if (*is_gone)
		return NULL;
	row = row_scan_lock(claim->runs, LockWaitSkip);
	return row == NULL ? NULL : run_row_decode(&claim->reader, row);
}
