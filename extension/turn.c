/*
 * turn.c
 *		One worker turn: takes results in, moves runs on, hands out work.
 */
#include "postgres.h"

#include "commands/async.h"
#include "turn.h"
#include "turn_due.h"
#include "turn_end.h"
#include "turn_handout.h"
#include "turn_moves.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

/* So many timers go off in one turn; what is left goes off in the next. */
#define DUE_STEPS_MAX 1000

static LiveRun *lock_run(TurnWork *work, const pg_uuid_t *run_id);
static void lock_runs(TurnWork *work, List *due_steps);
static int compare_ids(const void *left, const void *right);
static int remove_duplicates(pg_uuid_t *ids, int count);
static void add_held_runs(const Turn *turn, pg_uuid_t **ids, int *count);
static void give_back(TurnWork *work);
static void notify_ends(const Turn *turn);

void
turn_run(Turn *turn)
{
	TurnWork *work = turn_work_create(turn);
	List *due_steps = NIL;
	ListCell *cell;

	if (turn->worker != NULL)
		due_steps = queue_store_take_due(turn->now, DUE_STEPS_MAX);
	turn->is_more = list_length(due_steps) == DUE_STEPS_MAX;
	lock_runs(work, due_steps);
	foreach (cell, turn->results)
		turn_moves_take_result(work, lfirst(cell));
	give_back(work);
	turn_due_take(work, due_steps);
	if (turn->worker == NULL)
		turn_handout_queue(work);
	else
		turn->room_at = DT_NOEND;
	turn_handout(work);
	turn_work_write(work);
	if (turn->has_peers)
		notify_ends(turn);
}

bool
turn_cancel(const pg_uuid_t *run_id, const char *reason, TimestampTz now)
{
	Turn turn = {.now = now};
	TurnWork *work = turn_work_create(&turn);
	LiveRun *run = lock_run(work, run_id);

	if (run == NULL)
		return false;
	turn_end_run(work, run, RUN_CANCELLED, reason);
	turn_work_write(work);
	notify_ends(&turn);
	return true;
}

TurnChange
turn_pause(const pg_uuid_t *run_id, TimestampTz now)
{
	Turn turn = {.now = now};
	TurnWork *work = turn_work_create(&turn);
	LiveRun *run = lock_run(work, run_id);

	if (run == NULL)
		return TURN_NOT_ALIVE;
	if (!run_state_pause(run->state))
		return TURN_UNCHANGED;
	run->is_changed = true;
	turn_work_write(work);
	return TURN_CHANGED;
}

TurnChange
turn_resume(const pg_uuid_t *run_id, TimestampTz now)
{
	Turn turn = {.now = now};
	TurnWork *work = turn_work_create(&turn);
	LiveRun *run = lock_run(work, run_id);

	if (run == NULL)
		return TURN_NOT_ALIVE;
	if (!run_state_resume(run->state))
		return TURN_UNCHANGED;
	run->is_changed = true;
	for (int i = 0; i < run_state_slot_count(run->state); i++)
		if (run_state_step(run->state, i) == STEP_READY)
			turn_work_note_ready(work, run, i);
	turn_handout_queue(work);
	turn_work_write(work);
	notify_ends(&turn);
	return TURN_CHANGED;
}

/*
 * NULL where it does not live.  The clock is looked at again: what is written of
 * a run is later than all that was seen of it before its lock was had.
 */
static LiveRun *
lock_run(TurnWork *work, const pg_uuid_t *run_id)
{
	List *runs = run_store_lock(run_id, 1);

	work->turn->now = GetCurrentTimestamp();
	return runs == NIL ? NULL : run_set_add(work->runs, linitial(runs));
}

static void
lock_runs(TurnWork *work, List *due_steps)
{
	Turn *turn = work->turn;
	int count = 0;
	pg_uuid_t *ids;
	ListCell *cell;

	ids = palloc_array(
		pg_uuid_t,
		(Size) (list_length(turn->results) + list_length(due_steps) + 1));
	foreach (cell, turn->results)
		ids[count++] = ((TurnResult *) lfirst(cell))->run_id;
	foreach (cell, due_steps)
		ids[count++] = ((DueStep *) lfirst(cell))->run_id;
	add_held_runs(turn, &ids, &count);
	qsort(ids, (Size) count, sizeof(pg_uuid_t), compare_ids);
	count = remove_duplicates(ids, count);
	foreach (cell, run_store_lock(ids, count))
		run_set_add(work->runs, lfirst(cell));
	/* As in lock_run(). */
	turn->now = GetCurrentTimestamp();
}

/* Those of which lost workers have steps, or this one may not know to have. */
static void
add_held_runs(const Turn *turn, pg_uuid_t **ids, int *count)
{
	int *epochs = palloc_array(int, (Size) (list_length(turn->lost) + 1));
	int epoch_count = 0;
	pg_uuid_t *found;
	int found_count;
	ListCell *cell;

	foreach (cell, turn->lost)
		epochs[epoch_count++] = ((LostWorker *) lfirst(cell))->epoch;
	if (turn->is_recount)
		epochs[epoch_count++] = turn->epoch;
	if (epoch_count == 0)
		return;
	found = run_store_find_held(epochs, epoch_count, &found_count);
	*ids = repalloc_array(*ids, pg_uuid_t, (Size) (*count + found_count + 1));
	memcpy(*ids + *count, found, (Size) found_count * sizeof(pg_uuid_t));
	*count += found_count;
}

static int
compare_ids(const void *left, const void *right)
{
	return memcmp(left, right, sizeof(pg_uuid_t));
}

static int
remove_duplicates(pg_uuid_t *ids, int count)
{
	int kept = 0;

	for (int i = 0; i < count; i++)
		if (kept == 0 || compare_ids(&ids[kept - 1], &ids[i]) != 0)
			ids[kept++] = ids[i];
	return kept;
}

static void
give_back(TurnWork *work)
{
	ListCell *lost_cell;
	ListCell *run_cell;

	foreach (lost_cell, work->turn->lost)
		foreach (run_cell, run_set_list(work->runs))
			turn_moves_give_back(work, lfirst(run_cell), lfirst(lost_cell));
}

/* Others may wait for these runs, or have steps of them under way. */
static void
notify_ends(const Turn *turn)
{
	ListCell *cell;

	foreach (cell, turn->ended)
	{
		LiveRun *run = lfirst(cell);

		Async_Notify("mcp_run",
		             DatumGetCString(DirectFunctionCall1(
						 uuid_out, UUIDPGetDatum(&run->run_id))));
	}
}
