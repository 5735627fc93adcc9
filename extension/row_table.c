/*
 * row_table.c
 *		One of the engine's own tables, written row by row without SQL.
 */
#include "postgres.h"

#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/namespace.h"
#include "commands/trigger.h"
#include "executor/execPartition.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "optimizer/optimizer.h"
#include "rewrite/rewriteHandler.h"
#include "row_batch.h"
#include "row_table.h"
#include "script.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

/* A column that a row did not mention. */
typedef struct ColumnDefault
{
	int place;
	ExprState *expression;
} ColumnDefault;

struct RowTable
{
	Relation relation;
	Snapshot snapshot;
	EState *estate;
	ResultRelInfo *target;
	Bitmapset *named; /* columns that the caller gives himself */
	ColumnDefault *defaults;
	int default_count;

	/* Of a partitioned one: how rows find their partition. */
	ModifyTableState *routing_state;
	PartitionTupleRouting *routing;
	TupleTableSlot *routed; /* the row as the parent has it */

	RowBatch batch; /* rows that were added and are not written yet */

	/* Of an update or a delete: where the row lies, and what it becomes. */
	TupleTableSlot *place;
	TupleTableSlot *changed;
	EPQState epq;
};

static void open_target(RowTable *table);
static void open_routing(RowTable *table);
static void open_defaults(RowTable *table);
static TupleTableSlot *next_slot(RowTable *table);
static void open_changes(RowTable *table);
static void update_plainly(RowTable *table);

Oid
row_table_find(const char *name)
{
	Oid id = get_relname_relid(name, get_namespace_oid("mcp", false));

	if (!OidIsValid(id))
		elog(ERROR, "table mcp.%s does not exist", name);
	return id;
}

RowTable *
row_table_open(const char *name)
{
	RowTable *table = palloc0_object(RowTable);
	Oid id;

	script_require_current();
	id = row_table_find(name);
	PreventCommandIfReadOnly("the engine's work");
	CommandCounterIncrement();
	table->snapshot = RegisterSnapshot(GetTransactionSnapshot());
	table->relation = table_open(id, RowExclusiveLock);
	table->estate = CreateExecutorState();
	table->estate->es_snapshot = table->snapshot;
	table->batch.estate = table->estate;
	AfterTriggerBeginQuery();
	return table;
}

Relation
row_table_relation(const RowTable *table)
{
	return table->relation;
}

Snapshot
row_table_snapshot(const RowTable *table)
{
	return table->snapshot;
}

int
row_table_find_column(const RowTable *table, const char *name)
{
	TupleDesc columns = RelationGetDescr(table->relation);

	for (int i = 0; i < columns->natts; i++)
	{
		Form_pg_attribute column = TupleDescAttr(columns, i);

		if (!column->attisdropped &&
		    strcmp(NameStr(column->attname), name) == 0)
			return i;
	}
	elog(ERROR,
	     "column %s of table mcp.%s does not exist",
	     name,
	     RelationGetRelationName(table->relation));
}

void
row_table_find_columns(const RowTable *table, const char *const *names,
                       int count, int *places)
{
	for (int i = 0; i < count; i++)
		places[i] = row_table_find_column(table, names[i]);
}

void
row_table_name_columns(RowTable *table, const char *const *names, int count,
                       int *places)
{
	row_table_find_columns(table, names, count, places);
	for (int i = 0; i < count; i++)
		table->named = bms_add_member(table->named, places[i]);
}

void
row_table_begin(RowTable *table, Datum **values, bool **nulls)
{
	TupleTableSlot *slot = next_slot(table);
	int count = slot->tts_tupleDescriptor->natts;
	ExprContext *context = GetPerTupleExprContext(table->estate);

	ExecClearTuple(slot);
	memset(slot->tts_values, 0, (Size) count * sizeof(Datum));
	memset(slot->tts_isnull, true, (Size) count * sizeof(bool));
	for (int i = 0; i < table->default_count; i++)
	{
		int place = table->defaults[i].place;

		slot->tts_values[place] = ExecEvalExpr(
			table->defaults[i].expression, context, &slot->tts_isnull[place]);
	}
	*values = slot->tts_values;
	*nulls = slot->tts_isnull;
}

void
row_table_add(RowTable *table)
{
	TupleTableSlot *slot = ExecStoreVirtualTuple(next_slot(table));
	ResultRelInfo *leaf;
	TupleConversionMap *map;

	if (table->routing != NULL)
	{
		leaf = ExecFindPartition(table->routing_state,
		                         table->target,
		                         table->routing,
		                         slot,
		                         table->estate);
		row_batch_use(&table->batch, leaf);
		map = leaf->ri_RootToPartitionMap;
		slot = row_batch_slot(&table->batch);
		if (map != NULL)
			execute_attr_map_slot(map->attrMap, table->routed, slot);
		else
			ExecCopySlot(slot, table->routed);
	}
	row_batch_add(&table->batch);
}

void
row_table_update(RowTable *table, HeapTuple row)
{
	open_changes(table);
	ExecForceStoreHeapTuple(row, table->changed, false);
	table->place->tts_tid = row->t_self;
	if (table->target->ri_TrigDesc != NULL)
		ExecSimpleRelationUpdate(table->target,
		                         table->estate,
		                         &table->epq,
		                         table->place,
		                         table->changed);
	else
		update_plainly(table);
	row->t_self = table->changed->tts_tid;
	ResetPerTupleExprContext(table->estate);
}

void
row_table_delete(RowTable *table, const ItemPointerData *place)
{
	open_changes(table);
	table->place->tts_tid = *place;
	ExecSimpleRelationDelete(
		table->target, table->estate, &table->epq, table->place);
	ResetPerTupleExprContext(table->estate);
}

void
row_table_close(RowTable *table)
{
	row_batch_flush(&table->batch);
	AfterTriggerEndQuery(table->estate);
	if (table->routing != NULL)
		ExecCleanupTupleRouting(table->routing_state, table->routing);
	if (table->target != NULL)
		ExecCloseIndices(table->target);
	ExecResetTupleTable(table->estate->es_tupleTable, false);
	FreeExecutorState(table->estate);
	table_close(table->relation, NoLock);
	UnregisterSnapshot(table->snapshot);
	CommandCounterIncrement();
	pfree(table);
}

/* What only those need who write. */
static void
open_target(RowTable *table)
{
	MemoryContext caller = MemoryContextSwitchTo(table->estate->es_query_cxt);

	table->target = makeNode(ResultRelInfo);
	InitResultRelInfo(table->target, table->relation, 0, NULL, 0);
	CheckValidResultRel(table->target, CMD_INSERT);
	if (table->relation->rd_rel->relkind == RELKIND_PARTITIONED_TABLE)
		open_routing(table);
	else
		ExecOpenIndices(table->target, false);
	open_defaults(table);
	MemoryContextSwitchTo(caller);
}

/* As COPY does it, which has no plan either. */
static void
open_routing(RowTable *table)
{
	ModifyTableState *state = makeNode(ModifyTableState);

	state->ps.state = table->estate;
	state->operation = CMD_INSERT;
	state->mt_nrels = 1;
	state->resultRelInfo = table->target;
	state->rootResultRelInfo = table->target;
	table->routing_state = state;
	table->routing =
		ExecSetupPartitionTupleRouting(table->estate, table->relation);
	table->routed = ExecInitExtraTupleSlot(
		table->estate, RelationGetDescr(table->relation), &TTSOpsVirtual);
}

static void
open_defaults(RowTable *table)
{
	TupleDesc columns = RelationGetDescr(table->relation);

	table->defaults = palloc_array(ColumnDefault, (Size) columns->natts);
	for (int i = 0; i < columns->natts; i++)
	{
		Form_pg_attribute column = TupleDescAttr(columns, i);
		Expr *expression;

		if (column->attisdropped || !column->atthasdef ||
		    column->attgenerated || bms_is_member(i, table->named))
			continue;
		expression = (Expr *) build_column_default(table->relation, i + 1);
		table->defaults[table->default_count].place = i;
		table->defaults[table->default_count++].expression =
			ExecInitExpr(expression_planner(expression), NULL);
	}
}

/* Where the next row is put together. */
static TupleTableSlot *
next_slot(RowTable *table)
{
	if (table->target == NULL)
		open_target(table);
	if (table->routing != NULL)
		return table->routed;
	row_batch_use(&table->batch, table->target);
	return row_batch_slot(&table->batch);
}

static void
open_changes(RowTable *table)
{
	if (table->target == NULL)
		open_target(table);
	if (table->place != NULL)
		return;
	table->place = row_batch_make_slot(table->estate, table->relation);
	table->changed = row_batch_make_slot(table->estate, table->relation);
	EvalPlanQualInit(&table->epq, table->estate, NULL, NIL, -1);
}

/*
 * A row stays in its partition: no verb of the engine changes what tells it, but
 * by moving the row.
 */
static void
update_plainly(RowTable *table)
{
	bool is_new_in_indexes;

	if (RelationGetDescr(table->relation)->constr != NULL)
		ExecConstraints(table->target, table->changed, table->estate);
	simple_table_tuple_update(table->relation,
	                          &table->place->tts_tid,
	                          table->changed,
	                          table->snapshot,
	                          &is_new_in_indexes);
	if (is_new_in_indexes && table->target->ri_NumIndices > 0)
		ExecInsertIndexTuples(table->target,
		                      table->changed,
		                      table->estate,
		                      true,
		                      false,
		                      NULL,
		                      NIL);
}
