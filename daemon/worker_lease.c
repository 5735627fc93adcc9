/*
 * worker_lease.c
 *		The worker's lease: had from the database, lost, given up.
 */
#include "log.h"
#include "worker_body.h"

#include <stdio.h>

static void lease_given(void *context, DbResult *result, const Error *error);
static void retired(void *context, DbResult *result, const Error *error);

void
worker_body_ask_for_lease(Worker *worker)
{
	JsonWriter *capacity = json_writer_create();
	char backend_pid[16];
	const char *values[3] = {worker->name, NULL, backend_pid};

	snprintf(
		backend_pid, sizeof(backend_pid), "%d", db_backend_pid(worker->db));
	worker_demand_print_capacity(
		worker->demand, worker->config->worker_slots, capacity);
	values[1] = json_writer_text(capacity);
	worker_body_enter(worker, WORKER_REGISTERING);
	db_send(worker->db, DB_REGISTER_WORKER, values, lease_given, worker);
	json_writer_destroy(capacity);
}

static void
lease_given(void *context, DbResult *result, const Error *error)
{
	Worker *worker = context;

	if (worker->state != WORKER_REGISTERING)
		return;
	worker_body_enter(worker, error ? WORKER_AWAY : WORKER_READY);
	if (error)
		worker_body_back_off(worker, "worker cannot register", error);
	else
	{
		worker_pace_init(&worker->pace);
		worker->registration++;
		worker->is_woken = true;
		worker->is_unsure = false;
		snprintf(worker->epoch,
		         sizeof(worker->epoch),
		         "%s",
		         db_result_text(result, 0, 0));
		log_info("worker is registered",
		         LOG_FIELDS(log_text("worker", worker->name),
		                    log_text("epoch", worker->epoch),
		                    log_number("slots", worker->config->worker_slots),
		                    log_text("queues", worker->config->queues)));
	}
	worker_body_plan_next(worker);
}

/*
 * Others may be running our tasks already: ours are to end at once, and their
 * results are void, those that wait as well.
 */
void
worker_body_lose_lease(Worker *worker, const Error *error)
{
	worker_body_enter(worker, WORKER_AWAY);
	worker->registration++;
	worker_running_cancel_all(worker->running);
	worker_results_drop(worker->results);
	worker_body_back_off(worker, "worker has lost its lease", error);
}

void
worker_body_retire(Worker *worker)
{
	const char *values[] = {worker->name, worker->epoch};

	worker_body_enter(worker, WORKER_RETIRING);
	db_send(worker->db, DB_RETIRE_WORKER, values, retired, worker);
}

/* If it failed, the lease runs out by itself. */
static void
retired(void *context, DbResult *result, const Error *error)
{
	Worker *worker = context;

	(void) result;
	if (error)
		log_failure("worker could not retire", error);
	worker_body_enter(worker, WORKER_GONE);
}
