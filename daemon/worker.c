/*
 * worker.c
 *		Takes tasks from the database, runs them, and brings back their results.
 *
 * One timer drives it: whatever happens only moves the time of the next turn.
 * So what comes to an end in one turn of the loop goes together, and there is
 * one place where the worker asks the database for anything.
 */
#include "log.h"
#include "memory.h"
#include "worker_body.h"
#include "worker_name.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

/* Milliseconds. */
#define HEARTBEAT 5000      /* a third of the lease, where nothing is free */
#define ONLINE_CHECK 50     /* while there is no connection */
#define HAND_BACK_TIME 6000 /* from telling the children to giving up */

/* Seconds that a turn may take: past the lease nobody waits for its end. */
#define TURN_TIMEOUT 30

#define FROM(state) (1U << (state))

/* The moves there are: from which states each may be entered. */
static const unsigned int moves[] = {
	[WORKER_AWAY] = FROM(WORKER_REGISTERING) | FROM(WORKER_READY),
	[WORKER_REGISTERING] = FROM(WORKER_AWAY),
	[WORKER_READY] = FROM(WORKER_REGISTERING) | FROM(WORKER_TURNING),
	[WORKER_TURNING] = FROM(WORKER_READY),
	[WORKER_RETIRING] = FROM(WORKER_READY),
	[WORKER_GONE] = ~0U,
};

static void work_told(void *context, const char *queue);
static void run_told(void *context, const char *run_id);

static uint64_t get_delay(const Worker *worker);
static bool is_idle(const Worker *worker);
static void act(void *context);
static void task_is_done(void *context, WorkerTask *task);
static void drain_time_is_over(void *context);

Worker *
worker_create(const Config *config, const ExecutorTools *tools,
              DbListen *listen, RunWatch *run_watch, TraceExport *traces,
              MetricsWork *metrics)
{
	Worker *worker = memory_alloc(sizeof(*worker));

	worker->state = WORKER_AWAY;
	worker->config = config;
	worker->run_watch = run_watch;
	worker->traces = traces;
	worker->arena = arena_create();
	worker->db = db_open(config, "worker", 1, TURN_TIMEOUT);
	worker->name = worker_name_make(config, worker->arena);
	worker->tools = *tools;
	worker->tools.worker = worker->name;
	worker->tools.epoch = worker->epoch;
	worker->tools.tokens = token_feed_create(
		tools->db, worker->epoch, (uint64_t) (config->token_interval * 1000));
	worker->running = worker_running_create(
		config, &worker->tools, worker->db, metrics, task_is_done, worker);
	worker->results = worker_results_create();
	worker->demand = worker_demand_create(config->queues, worker->arena);
	worker->timer = loop_timer_create(act, worker);
	worker->drain_timer = loop_timer_create(drain_time_is_over, worker);
	worker_pace_init(&worker->pace);
	db_listen_subscribe(listen, "mcp_work", work_told, worker);
	db_listen_subscribe(listen, "mcp_run", run_told, worker);
	worker_body_plan_next(worker);
	return worker;
}

void
worker_drain(Worker *worker)
{
	if (worker->is_draining)
		return;
	worker->is_draining = true;
	loop_timer_set(worker->drain_timer,
	               (uint64_t) (worker->config->drain_timeout * 1000));
	worker_body_plan_next(worker);
}

bool
worker_is_drained(const Worker *worker)
{
	return worker->state == WORKER_GONE;
}

void
worker_destroy(Worker *worker)
{
	if (worker == NULL)
		return;
	worker_body_enter(worker, WORKER_GONE);
	loop_timer_clear(worker->timer);
	worker->registration++;
	worker_running_cancel_all(worker->running);
	while (worker_running_count(worker->running) > 0)
		loop_run_once();
	worker_running_destroy(worker->running);
	token_feed_destroy(worker->tools.tokens);
	db_close(worker->db);
	worker_results_destroy(worker->results);
	loop_timer_destroy(worker->timer);
	loop_timer_destroy(worker->drain_timer);
	arena_destroy(worker->arena);
	free(worker);
}

void
worker_body_enter(Worker *worker, WorkerState state)
{
	assert(moves[state] & FROM(worker->state));
	worker->state = state;
}

/* queue NULL: words were lost, so there may be work. */
static void
work_told(void *context, const char *queue)
{
	Worker *worker = context;

	if (queue && !worker_demand_has_queue(worker->demand, queue))
		return;
	worker->is_woken = true;
	worker_body_plan_next(worker);
}

/*
 * The run is over or cancelled: its tasks are for nothing.  run_id NULL: words
 * were lost, and what we hold is to be compared with what the database knows.
 */
static void
run_told(void *context, const char *run_id)
{
	Worker *worker = context;

	if (run_id)
		worker_running_cancel_run(worker->running, run_id);
	else if (worker_running_count(worker->running) > 0)
		worker->is_unsure = true;
	worker_body_plan_next(worker);
}

void
worker_body_plan_next(Worker *worker)
{
	if (worker->state == WORKER_AWAY || worker->state == WORKER_READY)
		loop_timer_set(
			worker->timer,
			worker_pace_delay(&worker->pace, get_delay(worker), loop_now()));
	else
		/* The answer to what is in flight comes back here. */
		loop_timer_clear(worker->timer);
}

static uint64_t
get_delay(const Worker *worker)
{
	if (worker->is_draining && is_idle(worker))
		return 0;
	if (!db_is_online(worker->db))
		return ONLINE_CHECK;
	if (worker->state == WORKER_AWAY || worker->is_unsure ||
	    worker_results_are_waiting(worker->results))
		return 0;
	if (worker_body_count_free(worker) == 0)
		return HEARTBEAT;
	return worker->is_woken ? 0 : worker->pace.sleep_time;
}

int
worker_body_count_free(const Worker *worker)
{
	int busy = worker_running_count(worker->running);

	if (worker->is_draining || busy >= worker->config->worker_slots)
		return 0;
	return worker->config->worker_slots - busy;
}

static bool
is_idle(const Worker *worker)
{
	return worker_running_count(worker->running) == 0 &&
	       worker_results_count(worker->results) == 0;
}

/* The timer: the one place where something begins. */
static void
act(void *context)
{
	Worker *worker = context;

	switch (worker->state)
	{
		case WORKER_AWAY:
			if (worker->is_draining && is_idle(worker))
				worker_body_enter(worker, WORKER_GONE);
			else if (!db_is_online(worker->db))
				worker_body_plan_next(worker);
			else if (!worker->is_draining)
				worker_body_ask_for_lease(worker);
			break;
		case WORKER_READY:
			if (worker->is_draining && is_idle(worker))
				worker_body_retire(worker);
			else if (!db_is_online(worker->db))
				worker_body_plan_next(worker);
			else
				worker_body_send_turn(worker);
			break;
		case WORKER_REGISTERING:
		case WORKER_TURNING:
		case WORKER_RETIRING:
		case WORKER_GONE:
			/* Its answer goes on, or nothing does. */
			break;
	}
}

void
worker_body_back_off(Worker *worker, const char *what, const Error *error)
{
	if (worker_pace_back_off(&worker->pace, error, loop_now()))
		log_failure(what, error);
}

/*
 * A task that was stopped tells so, and is refused where its run is over: then
 * nothing depends on a notification being right.  Only when we hand back is
 * it silent, for the next worker is to do what was not finished here.  What the
 * database has recorded by itself made others ready, perhaps, which wait in the
 * queue.
 */
static void
task_is_done(void *context, WorkerTask *task)
{
	Worker *worker = context;
	bool is_void = task->registration != worker->registration;
	const JsonView *recorded = worker_task_recorded(task);

	if (recorded)
	{
		(void) worker_body_take_answer(worker, *recorded);
		worker->is_woken = true;
		worker_task_destroy(task);
	}
	else if (is_void ||
	         (worker->is_handing_back && worker_task_was_cancelled(task)))
		worker_task_destroy(task);
	else
		worker_results_add(worker->results, task);
	worker_body_plan_next(worker);
}

/* The first time what runs is stopped, the second time we no longer wait. */
static void
drain_time_is_over(void *context)
{
	Worker *worker = context;

	if (worker->is_handing_back || worker_running_count(worker->running) == 0)
	{
		log_warning("worker stops with results that nobody took",
		            LOG_FIELDS(log_number(
						"results", worker_results_count(worker->results))));
		worker_body_enter(worker, WORKER_GONE);
		return;
	}
	worker->is_handing_back = true;
	worker_running_cancel_all(worker->running);
	loop_timer_set(worker->drain_timer, HAND_BACK_TIME);
	worker_body_plan_next(worker);
}
