/*
 * row_batch.h
 *		Rows of one table or partition that are kept to be written together.
 *
 * To write many at once costs a lock and a record of the log for each page, not for
 * each row.  Where the table has triggers of rows they are written one by one:
 * together, no trigger would be asked.
 */
#ifndef MCP_ROW_BATCH_H
#define MCP_ROW_BATCH_H

#include "nodes/execnodes.h"

/* About what fills a few pages. */
#define ROW_BATCH_MAX 64

/* All zero but for estate is one without rows. */
typedef struct RowBatch
{
	EState *estate; /* whose memory the slots live in */
	ResultRelInfo *leaf;
	TupleTableSlot *slots[ROW_BATCH_MAX];
	int slot_count;
	int count; /* of rows */
} RowBatch;

/* Rows that come now are of this one; those of another are written first. */
extern void row_batch_use(RowBatch *batch, ResultRelInfo *leaf);

/* Where the next row is to be put together; the same until it is added. */
extern TupleTableSlot *row_batch_slot(RowBatch *batch);

/* The row in that slot is one of the batch; when it is full, all are written. */
extern void row_batch_add(RowBatch *batch);

/* Writes what is kept, and resets the memory of each tuple. */
extern void row_batch_flush(RowBatch *batch);

/* A slot for rows of the relation, which lives as long as the estate. */
extern TupleTableSlot *row_batch_make_slot(EState *estate, Relation relation);

#endif
