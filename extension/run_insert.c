/*
 * run_insert.c
 *		The row of a new run, and the rows of its first steps in the queue.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "column.h"
#include "queue_store.h"
#include "row_table.h"
#include "run_insert.h"
#include "run_row.h"
#include "run_slot.h"
#include "utils/builtins.h"
#include "wake.h"

enum
{
	NEW_RUN_ID,
	NEW_WORKFLOW_ID,
	NEW_WORKFLOW_VERSION,
	NEW_MCP_VERSION_ID,
	NEW_PARENT_RUN_ID,
	NEW_PARENT_STEP_ID,
	NEW_PRIORITY,
	NEW_DEPTH,
	NEW_CREATED_AT,
	NEW_QUEUE,
	NEW_OWNER,
	NEW_INPUTS,
	NEW_PINNED_VERSIONS,
	NEW_STARTED_AT,
	NEW_FINISHED_AT,
	NEW_STATUS,
	NEW_STATE,
	NEW_COUNT
};

static const char *const new_names[NEW_COUNT] = {
	[NEW_RUN_ID] = "run_id",
	[NEW_WORKFLOW_ID] = "workflow_id",
	[NEW_WORKFLOW_VERSION] = "workflow_version",
	[NEW_MCP_VERSION_ID] = "mcp_version_id",
	[NEW_PARENT_RUN_ID] = "parent_run_id",
	[NEW_PARENT_STEP_ID] = "parent_step_id",
	[NEW_PRIORITY] = "priority",
	[NEW_DEPTH] = "depth",
	[NEW_CREATED_AT] = "created_at",
	[NEW_QUEUE] = "queue",
	[NEW_OWNER] = "owner",
	[NEW_INPUTS] = "inputs",
	[NEW_PINNED_VERSIONS] = "pinned_versions",
	[NEW_STARTED_AT] = "started_at",
	[NEW_FINISHED_AT] = "finished_at",
	[NEW_STATUS] = "status",
	[NEW_STATE] = "state",
};

static void insert_rows(const List *runs, bool are_over);
static void insert_row(RowTable *table, const int *places, const NewRun *run);
static void fill_row(const NewRun *run, Datum *values, bool *nulls);
static void queue_steps(const List *runs);
static void put_pointer(Datum *value, bool *null, const void *pointer);
static const void *pins_array(const NewRun *run);
static bool is_over(const NewRun *run);

void
run_insert(const List *runs)
{
	insert_rows(runs, false);
	insert_rows(runs, true);
	queue_steps(runs);
}

NewRun *
run_insert_copy(const NewRun *run)
{
	NewRun *copy = palloc_object(NewRun);

	*copy = *run;
	if (run->workflow_id != NULL)
	{
		pg_uuid_t *id = palloc_object(pg_uuid_t);

		*id = *run->workflow_id;
		copy->workflow_id = id;
	}
	if (run->mcp_version_id != NULL)
	{
		pg_uuid_t *id = palloc_object(pg_uuid_t);

		*id = *run->mcp_version_id;
		copy->mcp_version_id = id;
	}
	return copy;
}

/* Those that are over already, or those that are not. */
static void
insert_rows(const List *runs, bool are_over)
{
	RowTable *table = NULL;
	int places[NEW_COUNT];
	ListCell *cell;

	foreach (cell, runs)
	{
		const NewRun *run = lfirst(cell);

		if (is_over(run) != are_over)
			continue;
		if (table == NULL)
		{
			table = row_table_open(are_over ? "finished_runs" : "live_runs");
			row_table_name_columns(table, new_names, NEW_COUNT, places);
		}
		insert_row(table, places, run);
	}
	if (table != NULL)
		row_table_close(table);
}

static void
insert_row(RowTable *table, const int *places, const NewRun *run)
{
	Datum columns[NEW_COUNT];
	bool column_nulls[NEW_COUNT];
	Datum *values;
	bool *nulls;

	fill_row(run, columns, column_nulls);
	row_table_begin(table, &values, &nulls);
	for (int i = 0; i < NEW_COUNT; i++)
	{
		values[places[i]] = columns[i];
		nulls[places[i]] = column_nulls[i];
	}
	row_table_add(table);
}

static void
fill_row(const NewRun *run, Datum *values, bool *nulls)
{
	RunStatus status = run_state_status(run->state);
	bool is_end = is_over(run);
	Name owner = palloc0_object(NameData);

	namestrcpy(owner, run->owner);
	memset(nulls, false, NEW_COUNT * sizeof(bool));
	values[NEW_RUN_ID] = UUIDPGetDatum(&run->run_id);
	put_pointer(
		&values[NEW_WORKFLOW_ID], &nulls[NEW_WORKFLOW_ID], run->workflow_id);
	values[NEW_WORKFLOW_VERSION] = Int32GetDatum(run->workflow_version);
	nulls[NEW_WORKFLOW_VERSION] = run->workflow_id == NULL;
	put_pointer(&values[NEW_MCP_VERSION_ID],
	            &nulls[NEW_MCP_VERSION_ID],
	            run->mcp_version_id);
	put_pointer(&values[NEW_PARENT_RUN_ID],
	            &nulls[NEW_PARENT_RUN_ID],
	            run->parent_run_id);
	put_pointer(&values[NEW_PARENT_STEP_ID],
	            &nulls[NEW_PARENT_STEP_ID],
	            run->parent_step_id == NULL
	                ? NULL
	                : cstring_to_text(run->parent_step_id));
	values[NEW_PRIORITY] = Int32GetDatum(run->priority);
	values[NEW_DEPTH] = Int32GetDatum(run->depth);
	values[NEW_CREATED_AT] = TimestampTzGetDatum(run->now);
	values[NEW_QUEUE] = CStringGetTextDatum(run->queue);
	values[NEW_OWNER] = NameGetDatum(owner);
	values[NEW_INPUTS] = run->inputs;
	put_pointer(&values[NEW_PINNED_VERSIONS],
	            &nulls[NEW_PINNED_VERSIONS],
	            pins_array(run));
	values[NEW_STARTED_AT] = TimestampTzGetDatum(run->now);
	nulls[NEW_STARTED_AT] = !is_end;
	values[NEW_FINISHED_AT] = TimestampTzGetDatum(run->now);
	nulls[NEW_FINISHED_AT] = !is_end;
	values[NEW_STATUS] = CStringGetTextDatum(run_status_name(status));
	put_pointer(&values[NEW_STATE],
	            &nulls[NEW_STATE],
	            is_end ? NULL : run_row_print_state(run->state));
}

static void
queue_steps(const List *runs)
{
	int count = 0;
	QueueEntry *entries;
	ListCell *cell;

	foreach (cell, runs)
		count += ((const NewRun *) lfirst(cell))->ready_count;
	entries = palloc_array(QueueEntry, (Size) count + 1);
	count = 0;
	foreach (cell, runs)
	{
		const NewRun *run = lfirst(cell);

		for (int i = 0; i < run->ready_count && !is_over(run); i++)
		{
			int step = run->ready[i];
			const PlanStep *plan = &run->plan->steps[step];
			const char *queue = run_slot_find_queue(
				plan,
				run->pinned_versions == NULL ? &plan->version_id
											 : &run->pinned_versions[step],
				run->queue);

			entries[count++] =
				(QueueEntry){&run->run_id, step, run->priority, queue};
			wake_note_work(queue);
		}
	}
	queue_store_add_ready(entries, count);
}

static bool
is_over(const NewRun *run)
{
	return run_status_is_end(run_state_status(run->state));
}

static void
put_pointer(Datum *value, bool *null, const void *pointer)
{
	*value = PointerGetDatum(pointer);
	*null = pointer == NULL;
}

static const void *
pins_array(const NewRun *run)
{
	Column pins;

	if (run->pinned_versions == NULL)
		return NULL;
	column_init(&pins, UUIDOID, run->step_count);
	for (int i = 0; i < run->step_count; i++)
		column_add(&pins, UUIDPGetDatum(&run->pinned_versions[i]));
	return DatumGetPointer(column_array(&pins));
}
