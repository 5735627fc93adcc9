/*
 * effect_worker.c
 *		A worker whose steps leave a trace, for the workload that kills it.
 *
 * effect_worker CONNINFO [THREADS]
 *
 * Each thread takes one task at a time of the queue "effects": 5 ms of waiting,
 * then one committed row in the table bench.effects, then the result, with the
 * turn that asks for the next task.  Prints "ready" once it is registered.
 */
#include <jansson.h>
#include <libpq-fe.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define THREADS_MAX 64
#define WORK_US 5000
#define IDLE_US 20000

static const char *conninfo;
static char name[64];
static char epoch[16];

static PGconn *
connect_to_database(void)
{
	PGconn *db = PQconnectdb(conninfo);

	if (PQstatus(db) != CONNECTION_OK)
	{
		fprintf(stderr, "effect_worker: %s", PQerrorMessage(db));
		exit(1);
	}
	return db;
}

static PGresult *
query(PGconn *db, const char *sql, int count, const char *const *values)
{
	PGresult *result =
		PQexecParams(db, sql, count, NULL, values, NULL, NULL, 0);
	ExecStatusType status = PQresultStatus(result);

	if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
	{
		fprintf(stderr, "effect_worker: %s: %s", sql, PQerrorMessage(db));
		exit(1);
	}
	return result;
}

static void
leave_trace(PGconn *db, json_t *task)
{
	const char *run = json_string_value(json_object_get(task, "run_id"));
	char step[16];
	char pid[16];
	const char *values[3] = {run, step, pid};

	snprintf(step,
	         sizeof step,
	         "%d",
	         (int) json_integer_value(json_object_get(task, "step_ordinal")));
	snprintf(pid, sizeof pid, "%ld", (long) getpid());
	usleep(WORK_US);
	PQclear(query(db,
	              "INSERT INTO bench.effects (run, step, pid)"
	              " VALUES ($1, $2, $3)",
	              3,
	              values));
}

/* The results of tasks, for the next turn: a text of the caller's. */
static char *
do_tasks(PGconn *db, json_t *tasks)
{
	json_t *results = json_array();
	json_t *task;
	size_t i;
	char *text;

	json_array_foreach(tasks, i, task)
	{
		leave_trace(db, task);
		json_object_set_new(task, "success", json_true());
		json_object_set_new(task, "result", json_object());
		json_array_append(results, task);
	}
	text = json_dumps(results, JSON_COMPACT);
	json_decref(results);
	return text;
}

static void *
work(void *nothing)
{
	PGconn *db = connect_to_database();
	char *results = strdup("[]");

	for (;;)
	{
		const char *values[4] = {name, epoch, results, "{\"effects\": 1}"};
		PGresult *turn =
			query(db, "SELECT mcp.worker_turn($1, $2, $3, $4)", 4, values);
		json_t *answer = json_loads(PQgetvalue(turn, 0, 0), 0, NULL);
		json_t *tasks = json_object_get(answer, "tasks");

		PQclear(turn);
		free(results);
		results = do_tasks(db, tasks);
		if (json_array_size(tasks) == 0)
			usleep(IDLE_US);
		json_decref(answer);
	}
	return nothing;
}

int
main(int argc, char **argv)
{
	int count = argc > 2 ? atoi(argv[2]) : 10;
	pthread_t threads[THREADS_MAX];
	char backend_pid[16];
	const char *values[2] = {name, backend_pid};
	PGconn *db;
	PGresult *result;

	conninfo = argc > 1 ? argv[1] : "";
	if (count < 1 || count > THREADS_MAX)
		count = 10;
	snprintf(name, sizeof name, "effects-%ld", (long) getpid());
	db = connect_to_database();
	snprintf(backend_pid, sizeof backend_pid, "%d", PQbackendPID(db));
	result = query(
		db, "SELECT mcp.register_worker($1, session_pid => $2)", 2, values);
	snprintf(epoch, sizeof epoch, "%s", PQgetvalue(result, 0, 0));
	PQclear(result);
	puts("ready");
	fflush(stdout);
	for (int i = 0; i < count; i++)
		pthread_create(&threads[i], NULL, work, NULL);
	for (int i = 0; i < count; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
