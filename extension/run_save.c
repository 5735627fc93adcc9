/*
 * run_save.c
 *		The rows of live runs that a turn has changed: updated, or moved to history.
 *
 * The rows are locked, so each is still where its run was read, and says what it
 * said then.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "miscadmin.h"
#include "row_table.h"
#include "run_row.h"
#include "run_save.h"
#include "utils/builtins.h"
#include "utils/rel.h"

/* What is not as it was while the run lived. */
enum
{
	ENDED_STATE,
	ENDED_STATUS,
	ENDED_STARTED_AT,
	ENDED_FINISHED_AT,
	ENDED_OUTPUTS,
	ENDED_ERROR_MESSAGE,
	ENDED_FALLBACK_RUN_ID,
	ENDED_COUNT
};

static const char *const ended_names[ENDED_COUNT] = {
	[ENDED_STATE] = "state",
	[ENDED_STATUS] = "status",
	[ENDED_STARTED_AT] = "started_at",
	[ENDED_FINISHED_AT] = "finished_at",
	[ENDED_OUTPUTS] = "outputs",
	[ENDED_ERROR_MESSAGE] = "error_message",
	[ENDED_FALLBACK_RUN_ID] = "fallback_run_id",
};

/* And of those, what a step changes. */
#define LIVE_COUNT (ENDED_STARTED_AT + 1)

/* From one table to the other: where each column of the first is in the second. */
typedef struct Move
{
	RowTable *live_runs;
	RowTable *finished_runs;
	TupleDesc columns;
	int *places; /* -1: a column that was dropped */
	int ended_places[ENDED_COUNT];
	Datum *values;
	bool *nulls;
} Move;

static void update_live(RowTable *live_runs, List *runs);
static void update_run(RowTable *live_runs, const int *places, LiveRun *run);
static void move_ended(RowTable *live_runs, List *runs, TimestampTz now);
static void open_move(Move *move, RowTable *live_runs);
static void move_run(Move *move, LiveRun *run, TimestampTz now);
static void put(Datum *value, bool *null, Datum datum, bool is_null);

void
run_save(List *runs, TimestampTz now)
{
	RowTable *live_runs;
	List *living = NIL;
	List *ended = NIL;
	ListCell *cell;

	foreach (cell, runs)
	{
		LiveRun *run = lfirst(cell);

		if (!run->is_changed)
			continue;
		if (run_status_is_end(run_state_status(run->state)))
			ended = lappend(ended, run);
		else
			living = lappend(living, run);
		run->is_changed = false;
	}
	if (living == NIL && ended == NIL)
		return;
	live_runs = row_table_open("live_runs");
	update_live(live_runs, living);
	if (ended != NIL)
		move_ended(live_runs, ended, now);
	row_table_close(live_runs);
}

static void
update_live(RowTable *live_runs, List *runs)
{
	int places[LIVE_COUNT];
	ListCell *cell;

	row_table_find_columns(live_runs, ended_names, LIVE_COUNT, places);
	foreach (cell, runs)
	{
		CHECK_FOR_INTERRUPTS();
		update_run(live_runs, places, lfirst(cell));
	}
}

static void
update_run(RowTable *live_runs, const int *places, LiveRun *run)
{
	Datum new_values[LIVE_COUNT];
	bool new_nulls[LIVE_COUNT] = {false};
	int columns[LIVE_COUNT];

	for (int i = 0; i < LIVE_COUNT; i++)
		columns[i] = places[i] + 1;
	new_values[ENDED_STATE] = PointerGetDatum(run_row_print_state(run->state));
	new_values[ENDED_STATUS] =
		CStringGetTextDatum(run_status_name(run_state_status(run->state)));
	new_values[ENDED_STARTED_AT] = TimestampTzGetDatum(run->started_at);
	new_nulls[ENDED_STARTED_AT] = run->started_at == 0;
	run->row = heap_modify_tuple_by_cols(
		run->row,
		RelationGetDescr(row_table_relation(live_runs)),
		LIVE_COUNT,
		columns,
		new_values,
		new_nulls);
	row_table_update(live_runs, run->row);
}

static void
move_ended(RowTable *live_runs, List *runs, TimestampTz now)
{
	Move move;
	ListCell *cell;

	open_move(&move, live_runs);
	foreach (cell, runs)
	{
		CHECK_FOR_INTERRUPTS();
		move_run(&move, lfirst(cell), now);
	}
	row_table_close(move.finished_runs);
}

static void
open_move(Move *move, RowTable *live_runs)
{
	TupleDesc columns = RelationGetDescr(row_table_relation(live_runs));

	move->live_runs = live_runs;
	move->finished_runs = row_table_open("finished_runs");
	move->columns = columns;
	move->places = palloc_array(int, (Size) columns->natts);
	move->values = palloc_array(Datum, (Size) columns->natts);
	move->nulls = palloc_array(bool, (Size) columns->natts);
	for (int i = 0; i < columns->natts; i++)
	{
		const char *name = NameStr(TupleDescAttr(columns, i)->attname);

		move->places[i] = -1;
		if (!TupleDescAttr(columns, i)->attisdropped)
			row_table_name_columns(
				move->finished_runs, &name, 1, &move->places[i]);
	}
	row_table_find_columns(
		move->finished_runs, ended_names, ENDED_COUNT, move->ended_places);
}

static void
move_run(Move *move, LiveRun *run, TimestampTz now)
{
	const int *at = move->ended_places;
	Datum *values;
	bool *nulls;

	heap_deform_tuple(run->row, move->columns, move->values, move->nulls);
	row_table_begin(move->finished_runs, &values, &nulls);
	for (int i = 0; i < move->columns->natts; i++)
		if (move->places[i] >= 0)
			put(&values[move->places[i]],
			    &nulls[move->places[i]],
			    move->values[i],
			    move->nulls[i]);
	nulls[at[ENDED_STATE]] = true;
	values[at[ENDED_STATUS]] =
		CStringGetTextDatum(run_status_name(run_state_status(run->state)));
	put(&values[at[ENDED_STARTED_AT]],
	    &nulls[at[ENDED_STARTED_AT]],
	    TimestampTzGetDatum(run->started_at),
	    run->started_at == 0);
	put(&values[at[ENDED_FINISHED_AT]],
	    &nulls[at[ENDED_FINISHED_AT]],
	    TimestampTzGetDatum(now),
	    false);
	put(&values[at[ENDED_OUTPUTS]],
	    &nulls[at[ENDED_OUTPUTS]],
	    PointerGetDatum(run->outputs),
	    run->outputs == NULL);
	put(&values[at[ENDED_ERROR_MESSAGE]],
	    &nulls[at[ENDED_ERROR_MESSAGE]],
	    run->error_message == NULL ? (Datum) 0
	                               : CStringGetTextDatum(run->error_message),
	    run->error_message == NULL);
	put(&values[at[ENDED_FALLBACK_RUN_ID]],
	    &nulls[at[ENDED_FALLBACK_RUN_ID]],
	    UUIDPGetDatum(&run->fallback_run_id),
	    !run->has_fallback_run);
	row_table_add(move->finished_runs);
	row_table_delete(move->live_runs, &run->row->t_self);
}

static void
put(Datum *value, bool *null, Datum datum, bool is_null)
{
	*value = datum;
	*null = is_null;
}
