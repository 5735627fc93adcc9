/*
 * wake.c
 *		Waking sleeping workers when the work of this transaction is there.
 *
 * NOTIFY makes its committers queue for one lock until their commits are on
 * disk, so it is not sent where nobody sleeps.  The table of workers is read
 * past SQL because the rights of the functions of the SQL face are gone by
 * then, and with a snapshot of that moment because the transaction's own may be
 * an old one.
 */
#include "postgres.h"

#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/namespace.h"
#include "commands/async.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "wake.h"

/* More queues than that in one transaction, and all sleepers are woken. */
#define QUEUES_MAX 8

static char *queues[QUEUES_MAX]; /* in TopTransactionContext */
static int queue_count = 0;
static bool is_for_all = false;

static void at_transaction_end(XactEvent event, void *argument);
static void forget(void);
static bool sleeps_anybody(void);
static bool has_sleeper(Relation workers);

void
wake_note_work(const char *queue)
{
	static bool is_registered = false;

	if (!is_registered)
	{
		RegisterXactCallback(at_transaction_end, NULL);
		is_registered = true;
	}
	for (int i = 0; i < queue_count; i++)
		if (strcmp(queues[i], queue) == 0)
			return;
	if (queue_count == QUEUES_MAX)
		is_for_all = true;
	else
		queues[queue_count++] =
			MemoryContextStrdup(TopTransactionContext, queue);
}

void
wake_forget_work(const char *queue)
{
	/* Where not all queues are known, what is left is not known either. */
	if (is_for_all || GetCurrentTransactionNestLevel() > 1)
		return;
	for (int i = 0; i < queue_count; i++)
		if (strcmp(queues[i], queue) == 0)
		{
			queues[i] = queues[--queue_count];
			return;
		}
}

/* A prepared transaction may not notify; its work is found by looking. */
static void
at_transaction_end(XactEvent event, void *argument)
{
	if (event == XACT_EVENT_PRE_COMMIT && queue_count > 0 && sleeps_anybody())
	{
		if (is_for_all)
			Async_Notify("mcp_work", "");
		else
			for (int i = 0; i < queue_count; i++)
				Async_Notify("mcp_work", queues[i]);
	}
	if (event != XACT_EVENT_PARALLEL_PRE_COMMIT)
		forget();
}

static void
forget(void)
{
	queue_count = 0;
	is_for_all = false;
}

static bool
sleeps_anybody(void)
{
	Oid schema = get_namespace_oid("mcp", true);
	Oid table =
		OidIsValid(schema) ? get_relname_relid("workers", schema) : InvalidOid;
	Relation workers;
	bool is_found;

	if (!OidIsValid(table))
		return false;
	workers = try_table_open(table, AccessShareLock);
	if (workers == NULL)
		return false;
	is_found = has_sleeper(workers);
	table_close(workers, AccessShareLock);
	return is_found;
}

static bool
has_sleeper(Relation workers)
{
	AttrNumber is_asleep = get_attnum(RelationGetRelid(workers), "is_asleep");
	Snapshot snapshot = RegisterSnapshot(GetLatestSnapshot());
	TableScanDesc scan = table_beginscan(workers, snapshot, 0, NULL);
	HeapTuple row;
	bool is_found = false;

	while (!is_found &&
	       (row = heap_getnext(scan, ForwardScanDirection)) != NULL)
	{
		bool is_null;

		is_found = DatumGetBool(
			heap_getattr(row, is_asleep, RelationGetDescr(workers), &is_null));
	}
	table_endscan(scan);
	UnregisterSnapshot(snapshot);
	return is_found;
}
