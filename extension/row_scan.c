/*
 * row_scan.c
 *		Rows of one of the engine's own tables, by an index, without SQL.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/itup.h"
#include "access/relscan.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/namespace.h"
#include "row_scan.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

struct RowScan
{
	Relation table;
	Relation index;
	Snapshot snapshot;
	IndexScanDesc scan;
	int key_count;
	bool is_peeking;
	TupleTableSlot *found;
	TupleTableSlot *locked;
};

static HeapTuple
lock_found(RowScan *scan, LockTupleMode mode, LockWaitPolicy policy);
static Oid find_index(RowTable *table, const char *index);
static void raise_changed(void) pg_attribute_noreturn();

RowScan *
row_scan_open(RowTable *table, const char *index)
{
	RowScan *scan = palloc0_object(RowScan);

	scan->table = row_table_relation(table);
	scan->snapshot = row_table_snapshot(table);
	scan->index = index_open(find_index(table, index), RowExclusiveLock);
	scan->found = table_slot_create(scan->table, NULL);
	scan->locked = table_slot_create(scan->table, NULL);
	return scan;
}

RowScan *
row_scan_open_to_peek(RowTable *table, const char *index)
{
	RowScan *scan = row_scan_open(table, index);

	scan->is_peeking = true;
	return scan;
}

void
row_scan_seek(RowScan *scan, ScanKey keys, int key_count)
{
	if (scan->scan != NULL && scan->key_count != key_count)
	{
		index_endscan(scan->scan);
		scan->scan = NULL;
	}
	if (scan->scan == NULL)
	{
		scan->scan = index_beginscan(
			scan->table, scan->index, scan->snapshot, key_count, 0);
		scan->scan->xs_want_itup = scan->is_peeking;
	}
	scan->key_count = key_count;
	index_rescan(scan->scan, keys, key_count, NULL, 0);
}

TupleTableSlot *
row_scan_next(RowScan *scan)
{
	if (!index_getnext_slot(scan->scan, ForwardScanDirection, scan->found))
		return NULL;
	return scan->found;
}

bool
row_scan_peek(RowScan *scan, int column, Datum *value)
{
	bool is_null;

	Assert(scan->is_peeking);
	if (index_getnext_tid(scan->scan, ForwardScanDirection) == NULL)
		return false;
	*value = index_getattr(
		scan->scan->xs_itup, column, scan->scan->xs_itupdesc, &is_null);
	return !is_null;
}

HeapTuple
row_scan_lock(RowScan *scan, LockWaitPolicy policy)
{
	return lock_found(scan, LockTupleExclusive, policy);
}

HeapTuple
row_scan_keep(RowScan *scan)
{
	return lock_found(scan, LockTupleKeyShare, LockWaitBlock);
}

void
row_scan_close(RowScan *scan)
{
	if (scan->scan != NULL)
		index_endscan(scan->scan);
	ExecDropSingleTupleTableSlot(scan->found);
	ExecDropSingleTupleTableSlot(scan->locked);
	index_close(scan->index, NoLock);
	pfree(scan);
}

static HeapTuple
lock_found(RowScan *scan, LockTupleMode mode, LockWaitPolicy policy)
{
	ItemPointerData place = scan->found->tts_tid;
	bool is_fixed = IsolationUsesXactSnapshot();
	TM_FailureData failure;

	switch (table_tuple_lock(scan->table,
	                         &place,
	                         scan->snapshot,
	                         scan->locked,
	                         GetCurrentCommandId(false),
	                         mode,
	                         policy,
	                         is_fixed ? 0 : TUPLE_LOCK_FLAG_FIND_LAST_VERSION,
	                         &failure))
	{
		case TM_Ok:
			return ExecCopySlotHeapTuple(scan->locked);
		case TM_WouldBlock:
		case TM_SelfModified:
			return NULL;
		case TM_Deleted:
			if (is_fixed)
				raise_changed();
			return NULL;
		case TM_Updated:
			raise_changed();
		case TM_Invisible:
		case TM_BeingModified:
			break;
	}
	elog(ERROR, "a row that was found could not be locked");
}

static Oid
find_index(RowTable *table, const char *index)
{
	Relation relation = row_table_relation(table);
	Oid id = index == NULL
	             ? RelationGetPrimaryKeyIndex(relation)
	             : get_relname_relid(index, RelationGetNamespace(relation));

	if (!OidIsValid(id))
		elog(ERROR,
		     "table mcp.%s lacks the index %s",
		     RelationGetRelationName(relation),
		     index == NULL ? "of its primary key" : index);
	return id;
}

static void
raise_changed(void)
{
	ereport(ERROR,
	        (errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
	         errmsg("could not serialize access due to concurrent update")));
}
