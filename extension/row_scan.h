/*
 * row_scan.h
 *		Rows of one of the engine's own tables, by an index, without SQL.
 */
#ifndef MCP_ROW_SCAN_H
#define MCP_ROW_SCAN_H

#include "access/skey.h"
#include "nodes/lockoptions.h"
#include "row_table.h"

typedef struct RowScan RowScan;

/* index is a name in schema mcp; NULL: the primary key.  The table stays open. */
extern RowScan *row_scan_open(RowTable *table, const char *index);

/* One that is asked what is in the index only. */
extern RowScan *row_scan_open_to_peek(RowTable *table, const char *index);

/* From the first row that the keys fit; their columns are those of the index. */
extern void row_scan_seek(RowScan *scan, ScanKey keys, int key_count);

/* The next one that is there; NULL: there is none. */
extern TupleTableSlot *row_scan_next(RowScan *scan);

/*
 * In a scan that peeks: the value of a column of the index in its next entry,
 * whether its row is there or not; false: there is no entry.
 */
extern bool row_scan_peek(RowScan *scan, int column, Datum *value);

/*
 * Locks the row that row_scan_next found, as FOR UPDATE does, and returns its
 * latest version, a copy.  NULL: it is gone; or, with LockWaitSkip, another
 * session has it.
 */
extern HeapTuple row_scan_lock(RowScan *scan, LockWaitPolicy policy);

/* The same as FOR KEY SHARE does: many may hold it, and none take the row away. */
extern HeapTuple row_scan_keep(RowScan *scan);

extern void row_scan_close(RowScan *scan);

#endif
