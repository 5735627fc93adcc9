/*
 * worker.c
 *		Takes tasks from the database, runs them, and brings back their results.
 *
 * One timer drives it: whatever happens only moves the time of the next turn.
 * So what comes to an end in one turn of the loop goes together, and there is
 * one place where the worker asks the database for anything.
 */
#include "worker.h"

#include "db.h"
#include "log.h"
#include "memory.h"
#include "worker_answer.h"
#include "worker_demand.h"
#include "worker_name.h"
#include "worker_pace.h"
#include "worker_results.h"
#include "worker_running.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

/* Milliseconds. */
#define HEARTBEAT 5000      /* a third of the lease, where nothing is free */
#define ONLINE_CHECK 50     /* while there is no connection */
#define HAND_BACK_TIME 6000 /* from telling the children to giving up */

/* Seconds that a turn may take: past the lease nobody waits for its end. */
#define TURN_TIMEOUT 30

typedef enum WorkerState
{
	WORKER_AWAY,        /* has no lease; the timer asks for one */
	WORKER_REGISTERING, /* a request for one is in flight */
	WORKER_READY,       /* has one; the timer sends the next turn */
	WORKER_TURNING,     /* a turn is in flight */
	WORKER_RETIRING,    /* gives up its lease and what it holds, for good */
	WORKER_GONE         /* has nothing, and wants nothing */
} WorkerState;

struct Worker
{
	WorkerState state;
	const Config *config;
	RunWatch *run_watch;
	TraceExport *traces; /* may be NULL */
	Arena *arena;
	Db *db; /* its own: a turn never waits behind requests of HTTP */
	const char *name;
	ExecutorTools tools; /* with our name and epoch among them */
	char epoch[16];
	int64_t registration; /* counts leases: a task of an older one is void */

	WorkerRunning *running;
	WorkerResults *results;
	WorkerDemand *demand;

	LoopTimer *timer;
	WorkerPace pace;
	bool is_woken;  /* there may be work: do not wait for the poll */
	bool is_unsure; /* what we hold and what the database thinks may differ */

	bool is_draining;
	bool is_handing_back; /* the time to finish is over */
	LoopTimer *drain_timer;
};

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

static void enter(Worker *worker, WorkerState state);
static void work_told(void *context, const char *queue);
static void run_told(void *context, const char *run_id);

static void plan_next(Worker *worker);
static uint64_t get_delay(const Worker *worker);
static int count_free(const Worker *worker);
static bool is_idle(const Worker *worker);
static void act(void *context);
static void back_off(Worker *worker, const char *what, const Error *error);

static void ask_for_lease(Worker *worker);
static void lease_given(void *context, DbResult *result, const Error *error);
static void lose_lease(Worker *worker, const Error *error);

static void send_turn(Worker *worker);
static void print_held(const Worker *worker, JsonWriter *writer);
static void turn_answered(void *context, DbResult *result, const Error *error);
static void turn_failed(Worker *worker, const Error *error);
static void turn_happened(Worker *worker, JsonView answer);
static int64_t take_answer(Worker *worker, JsonView answer);
static void task_is_done(void *context, WorkerTask *task);

static void drain_time_is_over(void *context);
static void retire(Worker *worker);
static void retired(void *context, DbResult *result, const Error *error);

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
	plan_next(worker);
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
	plan_next(worker);
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
	enter(worker, WORKER_GONE);
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

static void
enter(Worker *worker, WorkerState state)
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
	plan_next(worker);
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
	plan_next(worker);
}

/* Whatever has changed: when to act next. */
static void
plan_next(Worker *worker)
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
	if (count_free(worker) == 0)
		return HEARTBEAT;
	return worker->is_woken ? 0 : worker->pace.sleep_time;
}

static int
count_free(const Worker *worker)
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
				enter(worker, WORKER_GONE);
			else if (!db_is_online(worker->db))
				plan_next(worker);
			else if (!worker->is_draining)
				ask_for_lease(worker);
			break;
		case WORKER_READY:
			if (worker->is_draining && is_idle(worker))
				retire(worker);
			else if (!db_is_online(worker->db))
				plan_next(worker);
			else
				send_turn(worker);
			break;
		case WORKER_REGISTERING:
		case WORKER_TURNING:
		case WORKER_RETIRING:
		case WORKER_GONE:
			/* Its answer goes on, or nothing does. */
			break;
	}
}

static void
back_off(Worker *worker, const char *what, const Error *error)
{
	if (worker_pace_back_off(&worker->pace, error, loop_now()))
		log_failure(what, error);
}

static void
ask_for_lease(Worker *worker)
{
	JsonWriter *capacity = json_writer_create();
	char backend_pid[16];
	const char *values[3] = {worker->name, NULL, backend_pid};

	snprintf(
		backend_pid, sizeof(backend_pid), "%d", db_backend_pid(worker->db));
	worker_demand_print_capacity(
		worker->demand, worker->config->worker_slots, capacity);
	values[1] = json_writer_text(capacity);
	enter(worker, WORKER_REGISTERING);
	db_send(worker->db, DB_REGISTER_WORKER, values, lease_given, worker);
	json_writer_destroy(capacity);
}

static void
lease_given(void *context, DbResult *result, const Error *error)
{
	Worker *worker = context;

	if (worker->state != WORKER_REGISTERING)
		return;
	enter(worker, error ? WORKER_AWAY : WORKER_READY);
	if (error)
		back_off(worker, "worker cannot register", error);
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
	plan_next(worker);
}

/*
 * Others may be running our tasks already: ours are to end at once, and their
 * results are void, those that wait as well.
 */
static void
lose_lease(Worker *worker, const Error *error)
{
	enter(worker, WORKER_AWAY);
	worker->registration++;
	worker_running_cancel_all(worker->running);
	worker_results_drop(worker->results);
	back_off(worker, "worker has lost its lease", error);
}

static void
send_turn(Worker *worker)
{
	JsonWriter *results = json_writer_create();
	JsonWriter *demand = json_writer_create();
	JsonWriter *held = json_writer_create();
	const char *values[5] = {worker->name, worker->epoch};

	worker_results_send(worker->results, results);
	values[2] = json_writer_text(results);
	worker_demand_share(worker->demand, count_free(worker));
	worker_demand_print(worker->demand, demand);
	values[3] = json_writer_text(demand);
	if (worker->is_unsure)
	{
		print_held(worker, held);
		values[4] = json_writer_text(held);
	}
	if (!worker_demand_is_empty(worker->demand))
		worker->is_woken = false;
	enter(worker, WORKER_TURNING);
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
	enter(worker, WORKER_READY);
	if (error)
		turn_failed(worker, error);
	else
		turn_happened(worker, json_view_trust(db_result_text(result, 0, 0)));
	plan_next(worker);
}

static void
turn_failed(Worker *worker, const Error *error)
{
	switch (error->status)
	{
		case STATUS_LEASE_LOST:
			lose_lease(worker, error);
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
	back_off(worker, "a turn of the worker failed", error);
}

static void
turn_happened(Worker *worker, JsonView answer)
{
	worker_pace_go_on(&worker->pace, take_answer(worker, answer));
	worker_results_acknowledge(worker->results);
	worker->is_unsure = false;
	if (worker_demand_may_have_more(worker->demand))
		worker->is_woken = true;
}

/* Returns for how long the worker may sleep. */
static int64_t
take_answer(Worker *worker, JsonView answer)
{
	const WorkerListeners listeners = {
		.running = worker->running,
		.demand = worker->demand,
		.run_watch = worker->run_watch,
		.traces = worker->traces,
	};

	return worker_answer_take(answer, worker->registration, &listeners);
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
		(void) take_answer(worker, *recorded);
		worker->is_woken = true;
		worker_task_destroy(task);
	}
	else if (is_void ||
	         (worker->is_handing_back && worker_task_was_cancelled(task)))
		worker_task_destroy(task);
	else
		worker_results_add(worker->results, task);
	plan_next(worker);
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
		enter(worker, WORKER_GONE);
		return;
	}
	worker->is_handing_back = true;
	worker_running_cancel_all(worker->running);
	loop_timer_set(worker->drain_timer, HAND_BACK_TIME);
	plan_next(worker);
}

static void
retire(Worker *worker)
{
	const char *values[] = {worker->name, worker->epoch};

	enter(worker, WORKER_RETIRING);
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
	enter(worker, WORKER_GONE);
}
