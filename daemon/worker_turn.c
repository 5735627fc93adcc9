/*
 * worker_turn.c
 *		A turn of the worker: results go out, tasks come in.
 */
#include "worker_answer.h"
#include "worker_body.h"

static void print_held(const Worker *worker, JsonWriter *writer);
static void turn_answered(void *context, DbResult *result, const Error *error);
static void turn_failed(Worker *worker, const Error *error);
static void turn_happened(Worker *worker, JsonView answer);

void
worker_body_send_turn(Worker *worker)
{
	JsonWriter *results = json_writer_create();
	JsonWriter *demand = json_writer_create();
	JsonWriter *held = json_writer_create();
	const char *values[5] = {worker->name, worker->epoch};

	worker_results_send(worker->results, results);
	values[2] = json_writer_text(results);
	worker_demand_share(worker->demand, worker_body_count_free(worker));
	worker_demand_print(worker->demand, demand);
	values[3] = json_writer_text(demand);
	if (worker->is_unsure)
	{
		print_held(worker, held);
		values[4] = json_writer_text(held);
	}
	if (!worker_demand_is_empty(worker->demand))
		worker->is_woken = false;
	worker_body_enter(worker, WORKER_TURNING);
	db_send(worker->db, DB_WORKER_TURN, values, turn_answered, worker);
	json_writer_destroy(results);
	json_writer_destroy(demand);
	json_writer_destroy(held);
}

/* All that is ours beside the results that are being sent. */
static void
print_held(const Worker *worker, JsonWriter *writer)
{
	json_write_open(writer, '[');
	worker_running_print(worker->running, writer);
	worker_results_print_waiting(worker->results, writer);
	json_write_close(writer, ']');
}

static void
turn_answered(void *context, DbResult *result, const Error *error)
{
	Worker *worker = context;

	if (worker->state != WORKER_TURNING)
		return;
	worker_body_enter(worker, WORKER_READY);
	if (error)
		turn_failed(worker, error);
	else
		turn_happened(worker, json_view_trust(db_result_text(result, 0, 0)));
	worker_body_plan_next(worker);
}

static void
turn_failed(Worker *worker, const Error *error)
{
	switch (error->status)
	{
		case STATUS_LEASE_LOST:
			worker_body_lose_lease(worker, error);
			return;
		case STATUS_INVALID:
		case STATUS_RULE:
		case STATUS_INTERNAL:
			worker_results_suspect(worker->results, error);
			break;
		default:
			/* Whether it happened, only the next turn can tell. */
			worker->is_unsure = true;
			worker_results_take_back(worker->results);
			break;
	}
	worker_body_back_off(worker, "a turn of the worker failed", error);
}

static void
turn_happened(Worker *worker, JsonView answer)
{
	worker_pace_go_on(&worker->pace, worker_body_take_answer(worker, answer));
	worker_results_acknowledge(worker->results);
	worker->is_unsure = false;
	if (worker_demand_may_have_more(worker->demand))
		worker->is_woken = true;
}

/* Returns for how long the worker may sleep. */
int64_t
worker_body_take_answer(Worker *worker, JsonView answer)
{
	const WorkerListeners listeners = {
		.running = worker->running,
		.demand = worker->demand,
		.run_watch = worker->run_watch,
		.traces = worker->traces,
	};

	return worker_answer_take(answer, worker->registration, &listeners);
}
