/*
 * row_table.h
 *		One of the engine's own tables, written row by row without SQL.
 *
 * To begin and end a statement costs more than to write a row, and an engine
 * that records each step writes little else.  So the hot tables are written as
 * COPY and the workers of logical replication write: through the executor's own
 * verbs, which know of indexes, constraints, partitions and triggers.  Rights are
 * not looked at: whoever calls is behind a function of the SQL face.
 *
 * A RowTable is open for a few lines, in one memory context.  An error closes it.
 */
#ifndef MCP_ROW_TABLE_H
#define MCP_ROW_TABLE_H

#include "access/htup.h"
#include "executor/tuptable.h"
#include "storage/itemptr.h"
#include "utils/relcache.h"
#include "utils/snapshot.h"

typedef struct RowTable RowTable;

/* By its name in schema mcp. */
extern Oid row_table_find(const char *name);

/*
 * By its name, with a snapshot of now that sees what this
 * transaction has written.  Raises read_only_sql_transaction where one is, and
 * what script_require_current() raises.
 */
extern RowTable *row_table_open(const char *name);

extern Relation row_table_relation(const RowTable *table);
extern Snapshot row_table_snapshot(const RowTable *table);

/* The place of a column in an array of values, from 0. */
extern int row_table_find_column(const RowTable *table, const char *name);

/* The same for many, in the order of their names. */
extern void
row_table_find_columns(const RowTable *table, const char *const *names,
                       int count, int *places);

/* And these are given for each row that is added: no default is made of them. */
extern void row_table_name_columns(RowTable *table, const char *const *names,
                                   int count, int *places);

/*
 * A row to be written at the latest when the table is closed; until then its
 * values must live.  begin gives arrays, one entry a column, null but for the
 * defaults of columns that were not named.
 */
extern void row_table_begin(RowTable *table, Datum **values, bool **nulls);
extern void row_table_add(RowTable *table);

/*
 * Both are of rows that this transaction has locked.  An update tells in the row
 * where its new version lies.
 */
extern void row_table_update(RowTable *table, HeapTuple row);
extern void row_table_delete(RowTable *table, const ItemPointerData *place);

/* What comes next in this transaction sees the rows. */
extern void row_table_close(RowTable *table);

#endif
