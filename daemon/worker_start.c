/*
 * worker_start.c
 *		A turn that also starts a run: for who waits for it, one commit less.
 *
 * Only where nothing else is to be told to the database.  It brings no results, so
 * a start that fails takes none along; and as it is the one turn in flight, what
 * holds of turns holds of it.
 */
#include "worker_body.h"

static bool is_at_leisure(const Worker *worker);
static void run_started(void *context, DbResult *result, const Error *error);
static void tasks_taken(Worker *worker, const DbResult *result);
static void start_failed(Worker *worker, const Error *error);

bool
worker_start_run(Worker *worker, const DbCaller *caller, DbStatement starter,
                 const char *const *values, DbCallback callback, void *context)
{
	JsonWriter *demand;
	DbCaller both = *caller;
	const char *turn[5] = {worker->name, worker->epoch, "[]"};

	if (!is_at_leisure(worker))
		return false;
	demand = json_writer_create();
	worker_demand_share(worker->demand, worker_body_count_free(worker));
	worker_demand_print(worker->demand, demand);
	turn[3] = json_writer_text(demand);
	both.then = DB_WORKER_TURN;
	both.then_values = turn;
	worker->is_woken = false;
	worker->started = callback;
	worker->starting = context;
	worker_body_enter(worker, WORKER_TURNING);
	worker_body_plan_next(worker);
	db_send_as(worker->db, &both, starter, values, run_started, worker);
	json_writer_destroy(demand);
	return true;
}

static bool
is_at_leisure(const Worker *worker)
{
	return worker->state == WORKER_READY && db_is_online(worker->db) &&
	       worker->pace.retry_delay == 0 && !worker->is_unsure &&
	       !worker_results_are_waiting(worker->results) &&
	       worker_body_count_free(worker) > 0;
}

static void
run_started(void *context, DbResult *result, const Error *error)
{
	Worker *worker = context;

	worker->started(worker->starting, result, error);
	if (worker->state != WORKER_TURNING)
		return;
	worker_body_enter(worker, WORKER_READY);
	if (error)
		start_failed(worker, error);
	else
		tasks_taken(worker, result);
	worker_body_plan_next(worker);
}

static void
tasks_taken(Worker *worker, const DbResult *result)
{
	JsonView answer = json_view_trust(db_result_second(result));

	worker_pace_go_on(&worker->pace, worker_body_take_answer(worker, answer));
	if (worker_demand_may_have_more(worker->demand))
		worker->is_woken = true;
}

/* The turn did not happen either, or nobody knows. */
static void
start_failed(Worker *worker, const Error *error)
{
	worker->is_woken = true;
	if (error->status != STATUS_UNAVAILABLE)
		return;
	worker->is_unsure = true;
	worker_body_back_off(worker, "a start and a turn failed", error);
}
