/*
 * row_batch.c
 *		Rows of one table or partition that are kept to be written together.
 */
#include "postgres.h"

#include "access/tableam.h"
#include "access/xact.h"
#include "executor/executor.h"
#include "row_batch.h"
#include "utils/rel.h"

static bool has_triggers(const TriggerDesc *triggers);
static void insert_one_by_one(RowBatch *batch);
static void insert_together(RowBatch *batch);

void
row_batch_use(RowBatch *batch, ResultRelInfo *leaf)
{
	if (leaf == batch->leaf)
		return;
	row_batch_flush(batch);
	batch->leaf = leaf;
	batch->slot_count = 0;
}

TupleTableSlot *
row_batch_slot(RowBatch *batch)
{
	if (batch->count == batch->slot_count)
		batch->slots[batch->slot_count++] =
			row_batch_make_slot(batch->estate, batch->leaf->ri_RelationDesc);
	return batch->slots[batch->count];
}

void
row_batch_add(RowBatch *batch)
{
	if (++batch->count == ROW_BATCH_MAX)
		row_batch_flush(batch);
}

void
row_batch_flush(RowBatch *batch)
{
	if (batch->count == 0)
		return;
	if (has_triggers(batch->leaf->ri_TrigDesc))
		insert_one_by_one(batch);
	else
		insert_together(batch);
	for (int i = 0; i < batch->count; i++)
		ExecClearTuple(batch->slots[i]);
	batch->count = 0;
	ResetPerTupleExprContext(batch->estate);
}

TupleTableSlot *
row_batch_make_slot(EState *estate, Relation relation)
{
	MemoryContext caller = MemoryContextSwitchTo(estate->es_query_cxt);
	TupleTableSlot *slot = table_slot_create(relation, &estate->es_tupleTable);

	MemoryContextSwitchTo(caller);
	return slot;
}

/* Those of rows: nobody's statement is here. */
static bool
has_triggers(const TriggerDesc *triggers)
{
	return triggers != NULL && (triggers->trig_insert_before_row ||
	                            triggers->trig_insert_after_row ||
	                            triggers->trig_insert_instead_row);
}

static void
insert_one_by_one(RowBatch *batch)
{
	for (int i = 0; i < batch->count; i++)
		ExecSimpleRelationInsert(batch->leaf, batch->estate, batch->slots[i]);
}

static void
insert_together(RowBatch *batch)
{
	ResultRelInfo *leaf = batch->leaf;
	Relation relation = leaf->ri_RelationDesc;
	MemoryContext caller;

	if (RelationGetDescr(relation)->constr != NULL)
		for (int i = 0; i < batch->count; i++)
			ExecConstraints(leaf, batch->slots[i], batch->estate);
	caller = MemoryContextSwitchTo(GetPerTupleMemoryContext(batch->estate));
	table_multi_insert(relation,
	                   batch->slots,
	                   batch->count,
	                   GetCurrentCommandId(true),
	                   0,
	                   NULL);
	MemoryContextSwitchTo(caller);
	if (leaf->ri_NumIndices == 0)
		return;
	for (int i = 0; i < batch->count; i++)
		ExecInsertIndexTuples(
			leaf, batch->slots[i], batch->estate, false, false, NULL, NIL);
}
