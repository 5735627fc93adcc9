/*
 * noop_worker.c
 *		A worker outside the database for the no-op workloads.
 *
 * noop_worker CONNINFO [SLOTS [CONNECTIONS]]
 *
 * Takes tasks by mcp.worker_turn, does what the peers' no-op step does (a small
 * JSON value in, the next one out) and hands the results in with the next turn
 * of the same connection.  With two connections one turn is at work in the
 * server while the answer of the other is dealt with here.  Prints "ready" once
 * it is registered; ends on SIGTERM.  The step named "join" adds its inputs up.
 */
#include <jansson.h>
#include <libpq-fe.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CONNECTIONS_MAX 4

/* Milliseconds until a worker that hears nothing looks for work. */
#define SLEEP_MAX 500

/* One connection: at most one turn of it is in flight. */
typedef struct Lane
{
	PGconn *db;
	bool is_turning;
	bool is_told;  /* of work, or it came with results: turn at once */
	char *results; /* for its next turn */
} Lane;

typedef struct Worker
{
	char name[64];
	char epoch[16];
	char demand[64];
	Lane lanes[CONNECTIONS_MAX];
	int lane_count;
} Worker;

static volatile sig_atomic_t stopping = 0;

static void
stop(int signal_number)
{
	(void) signal_number;
	stopping = 1;
}

static void
die(PGconn *db, const char *what)
{
	fprintf(stderr, "noop_worker: %s: %s", what, PQerrorMessage(db));
	exit(1);
}

/* The step itself: {"n": 3} becomes {"n": 4, "s": "small json value"}. */
static json_t *
do_step(json_t *task)
{
	const char *name = json_string_value(json_object_get(task, "name"));
	json_t *inputs = json_object_get(task, "inputs");
	const char *key;
	json_t *value;
	json_int_t sum = 0;

	if (strcmp(name, "join") == 0)
	{
		json_object_foreach(inputs, key, value) sum +=
			json_integer_value(value);
		return json_pack("{s:I}", "sum", sum);
	}
	sum = json_integer_value(json_object_get(inputs, "n")) + 1;
	return json_pack("{s:I,s:s}", "n", sum, "s", "small json value");
}

static char *
do_tasks(json_t *tasks)
{
	json_t *results = json_array();
	json_t *task;
	size_t i;
	char *text;

	json_array_foreach(tasks, i, task)
	{
		json_t *done = json_pack("{s:O,s:O,s:O,s:b,s:o}",
		                         "run_id",
		                         json_object_get(task, "run_id"),
		                         "step_ordinal",
		                         json_object_get(task, "step_ordinal"),
		                         "attempt",
		                         json_object_get(task, "attempt"),
		                         "success",
		                         1,
		                         "result",
		                         do_step(task));

		json_array_append_new(results, done);
	}
	text = json_dumps(results, JSON_COMPACT);
	json_decref(results);
	return text;
}

static void
open_lane(Lane *lane, const char *conninfo)
{
	lane->db = PQconnectdb(conninfo);
	if (PQstatus(lane->db) != CONNECTION_OK)
		die(lane->db, "connect");
	PQclear(PQprepare(
		lane->db, "turn", "SELECT mcp.worker_turn($1, $2, $3, $4)", 4, NULL));
	lane->results = strdup("[]");
	lane->is_told = true;
}

static void
send_turn(const Worker *worker, Lane *lane)
{
	const char *values[4] = {
		worker->name, worker->epoch, lane->results, worker->demand};

	if (!PQsendQueryPrepared(lane->db, "turn", 4, values, NULL, NULL, 0))
		die(lane->db, "turn");
	free(lane->results);
	lane->results = NULL;
	lane->is_turning = true;
	lane->is_told = false;
}

/* The answer of the turn in flight, if it is here. */
static void
take_answer(Lane *lane)
{
	PGresult *result;
	json_t *answer;
	json_t *tasks;

	if (PQisBusy(lane->db))
		return;
	result = PQgetResult(lane->db);
	if (PQresultStatus(result) != PGRES_TUPLES_OK)
		die(lane->db, "turn");
	answer = json_loads(PQgetvalue(result, 0, 0), 0, NULL);
	PQclear(result);
	PQclear(PQgetResult(lane->db));
	tasks = json_object_get(answer, "tasks");
	lane->results = do_tasks(tasks);
	lane->is_told =
		json_array_size(tasks) > 0 ||
		json_integer_value(json_object_get(answer, "sleep_ms")) == 0;
	lane->is_turning = false;
	json_decref(answer);
}

/* Only the first lane listens: one turn finds what there is. */
static void
take_notes(Lane *lane)
{
	PGnotify *note;

	while ((note = PQnotifies(lane->db)) != NULL)
	{
		lane->is_told = true;
		PQfreemem(note);
	}
}

static void
run(Worker *worker)
{
	struct pollfd fds[CONNECTIONS_MAX];

	while (!stopping)
	{
		int count;

		for (int i = 0; i < worker->lane_count; i++)
		{
			Lane *lane = &worker->lanes[i];

			if (!lane->is_turning && lane->is_told)
				send_turn(worker, lane);
			fds[i].fd = PQsocket(lane->db);
			fds[i].events = POLLIN;
		}
		count = poll(fds, (nfds_t) worker->lane_count, SLEEP_MAX);
		for (int i = 0; i < worker->lane_count; i++)
		{
			Lane *lane = &worker->lanes[i];

			if (count > 0 && fds[i].revents != 0 && !PQconsumeInput(lane->db))
				die(lane->db, "read");
			if (lane->is_turning)
				take_answer(lane);
			take_notes(lane);
		}
		if (count == 0)
			worker->lanes[0].is_told = true;
	}
}

/* What it still has goes back to the queue. */
static void
retire(Worker *worker)
{
	const char *values[2] = {worker->name, worker->epoch};
	PGconn *db = worker->lanes[0].db;

	for (int i = 0; i < worker->lane_count; i++)
		while (worker->lanes[i].is_turning &&
		       PQconsumeInput(worker->lanes[i].db))
			take_answer(&worker->lanes[i]);
	PQclear(PQexecParams(db,
	                     "SELECT mcp.retire_worker($1, $2)",
	                     2,
	                     NULL,
	                     values,
	                     NULL,
	                     NULL,
	                     0));
}

static void
enlist(Worker *worker)
{
	PGconn *db = worker->lanes[0].db;
	char backend_pid[16];
	const char *values[2] = {worker->name, backend_pid};
	PGresult *result;

	snprintf(backend_pid, sizeof backend_pid, "%d", PQbackendPID(db));
	result = PQexecParams(db,
	                      "SELECT mcp.register_worker($1, session_pid => $2)",
	                      2,
	                      NULL,
	                      values,
	                      NULL,
	                      NULL,
	                      0);
	if (PQresultStatus(result) != PGRES_TUPLES_OK)
		die(db, "register");
	snprintf(
		worker->epoch, sizeof worker->epoch, "%s", PQgetvalue(result, 0, 0));
	PQclear(result);
	PQclear(PQexec(db, "LISTEN mcp_work"));
}

int
main(int argc, char **argv)
{
	Worker worker = {.lane_count = argc > 3 ? atoi(argv[3]) : 1};

	if (worker.lane_count < 1 || worker.lane_count > CONNECTIONS_MAX)
		worker.lane_count = 1;
	signal(SIGTERM, stop);
	snprintf(worker.name, sizeof worker.name, "noop-%ld", (long) getpid());
	snprintf(worker.demand,
	         sizeof worker.demand,
	         "{\"bench\": %s}",
	         argc > 2 ? argv[2] : "256");
	for (int i = 0; i < worker.lane_count; i++)
		open_lane(&worker.lanes[i], argc > 1 ? argv[1] : "");
	enlist(&worker);
	puts("ready");
	fflush(stdout);
	run(&worker);
	retire(&worker);
	for (int i = 0; i < worker.lane_count; i++)
		PQfinish(worker.lanes[i].db);
	return 0;
}
