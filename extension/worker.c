/*
 * worker.c
 *		A worker's life: registered, alive by its turns, retired or lost.
 */
#include "postgres.h"

#include "mcp_error.h"
#include "queue_store.h"
#include "schedule_fire.h"
#include "stale_result.h"
#include "worker.h"
#include "worker_session.h"

/* A worker has so long to come again before others may take its tasks. */
#define LEASE_MS 15000

/*
 * While it comes regularly its row is written this seldom: each version of the
 * row stays as long as some old transaction is open, and each turn has to find
 * the latest.
 */
#define RENEW_MS 5000

/* And this seldom only to say that it wants no more to be woken. */
#define AWAKE_MS 1000

/* Each session looks after the leases of others, and its own lock, this often. */
#define LOOK_MS 500

/* A worker that hears nothing comes again after so long. */
#define SLEEP_MS_MAX 1000

static void give_back(List *lost, TimestampTz now);
static List *find_orphans(void);
static List *find_lost(const Turn *turn, const WorkerLease *lease);
static bool has_room(const Turn *turn);
static void renew(const Turn *turn, const WorkerLease *lease);
static int choose_sleep(const Turn *turn);
static void
raise_lease_lost(const char *worker, int epoch) pg_attribute_noreturn();

int
worker_register(const char *worker, Jsonb *capacity, bool has_session)
{
	TimestampTz now = GetCurrentTimestamp();
	int epoch =
		worker_store_register(worker,
	                          capacity,
	                          has_session,
	                          TimestampTzPlusMilliseconds(now, LEASE_MS));

	if (has_session)
		worker_session_hold(epoch, false);
	stale_result_write_remembered();
	give_back(find_orphans(), now);
	return epoch;
}

int
worker_turn(Turn *turn)
{
	WorkerLease lease;

	if (!worker_store_enter(turn->worker, turn->epoch, turn->now, &lease))
	{
		stale_result_remember(turn);
		raise_lease_lost(turn->worker, turn->epoch);
	}
	turn->has_peers = lease.has_peers;
	turn->lost = find_lost(turn, &lease);
	schedule_fire_look(turn->now);
	turn_run(turn);
	stale_result_write_refused(turn);
	renew(turn, &lease);
	return choose_sleep(turn);
}

void
worker_retire(const char *worker, int epoch)
{
	LostWorker *lost = palloc0_object(LostWorker);

	if (!worker_store_remove(worker, epoch))
		raise_lease_lost(worker, epoch);
	worker_session_release(epoch);
	lost->worker = worker;
	lost->epoch = epoch;
	lost->is_retired = true;
	give_back(list_make1(lost), GetCurrentTimestamp());
}

/*
 * That a lease is long enough to be sure of for a while spares each start a look
 * at the table.
 */
bool
worker_is_any_alive(void)
{
	static TimestampTz sure_until = 0;
	TimestampTz now = GetCurrentTimestamp();

	if (sure_until <= now)
		sure_until = worker_store_find_last_lease();
	return sure_until > now;
}

static void
give_back(List *lost, TimestampTz now)
{
	Turn turn = {.now = now, .lost = lost, .has_peers = true};

	if (lost != NIL)
		turn_run(&turn);
}

/* Tasks of the one who had the name before, and of those before a restore. */
static List *
find_orphans(void)
{
	int count;
	int *epochs = run_store_find_orphan_epochs(&count);
	List *orphans = NIL;

	for (int i = 0; i < count; i++)
	{
		LostWorker *lost = palloc0_object(LostWorker);

		lost->epoch = epochs[i];
		orphans = lappend(orphans, lost);
	}
	return orphans;
}

static List *
find_lost(const Turn *turn, const WorkerLease *lease)
{
	static TimestampTz looked_at = 0;
	static int looked_as = 0;

	if (turn->epoch == looked_as && turn->now >= looked_at &&
	    turn->now < TimestampTzPlusMilliseconds(looked_at, LOOK_MS))
		return NIL;
	looked_at = turn->now;
	looked_as = turn->epoch;
	if (lease->has_session)
		worker_session_hold(turn->epoch, lease->is_away);
	return worker_store_remove_lost(
		turn->worker,
		worker_session_find_gone(turn->worker, turn->now),
		turn->now);
}

static bool
has_room(const Turn *turn)
{
	ListCell *cell;

	foreach (cell, turn->demands)
		if (((TurnDemand *) lfirst(cell))->count > 0)
			return true;
	return false;
}

/*
 * A worker with room left wants to hear of work at once.  One without does not,
 * but that can wait to be written: it costs others no more than a NOTIFY that
 * nobody needed.
 */
static void
renew(const Turn *turn, const WorkerLease *lease)
{
	bool is_asleep = has_room(turn);
	TimestampTz lease_until = TimestampTzPlusMilliseconds(turn->now, LEASE_MS);
	TimestampTz age = lease_until - lease->lease_until;
	int limit_ms = is_asleep == lease->is_asleep ? RENEW_MS : AWAKE_MS;

	if (is_asleep && !lease->is_asleep)
		limit_ms = 0;
	if (age >= limit_ms * INT64CONST(1000))
		worker_store_update(turn->worker, lease_until, is_asleep);
}

static int
choose_sleep(const Turn *turn)
{
	TimestampTz wake;

	if (turn->is_more)
		return 0;
	if (!has_room(turn))
		return worker_session_choose_sleep(SLEEP_MS_MAX);
	wake = Min(queue_store_find_next_due(), schedule_fire_next_wake());
	wake = Min(wake, turn->room_at);
	return worker_session_choose_sleep((int) Min(
		TimestampDifferenceMilliseconds(turn->now, wake), SLEEP_MS_MAX));
}

static void
raise_lease_lost(const char *worker, int epoch)
{
	ereport(ERROR,
	        (errcode(ERRCODE_MCP_LEASE_LOST),
	         errmsg("worker \"%s\" has no lease with epoch %d", worker, epoch),
	         errdetail("It was retired, registered anew, or its lease ran out "
	                   "and its tasks went back to the queue."),
	         errhint("Stop what it is doing and register it again with "
	                 "mcp.register_worker.")));
}
