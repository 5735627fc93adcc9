/*
 * noop_worker.c
 *		A worker outside the database for the no-op workloads.
 *
 * noop_worker CONNINFO [SLOTS]
 *
 * Takes tasks by mcp.worker_turn, does what the peers' no-op step does (a small
 * JSON value in, the next one out) and hands the results in with the next
 * turn.  Prints "ready" once it is registered; ends on SIGTERM.  The step named
 * "join" adds its inputs up instead.
 */
#include <errno.h>
#include <jansson.h>
#include <libpq-fe.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

static PGresult *
query(PGconn *db, const char *sql)
{
	PGresult *result = PQexec(db, sql);
	ExecStatusType status = PQresultStatus(result);

	if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
		die(db, sql);
	return result;
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

static json_t *
do_tasks(json_t *tasks)
{
	json_t *results = json_array();
	json_t *task;
	size_t i;

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
	return results;
}

/* Sleeps until the server says there is work, half a second at most. */
static void
wait_for_work(PGconn *db)
{
	struct pollfd fd = {.fd = PQsocket(db), .events = POLLIN};
	PGnotify *note;

	if (poll(&fd, 1, 500) > 0)
		PQconsumeInput(db);
	while ((note = PQnotifies(db)) != NULL)
		PQfreemem(note);
}

static json_t *
turn(PGconn *db, const char *const *params)
{
	PGresult *result = PQexecPrepared(db, "turn", 4, params, NULL, NULL, 0);
	json_t *answer;

	if (PQresultStatus(result) != PGRES_TUPLES_OK)
		die(db, "turn");
	answer = json_loads(PQgetvalue(result, 0, 0), 0, NULL);
	PQclear(result);
	return answer;
}

int
main(int argc, char **argv)
{
	const char *slots = argc > 2 ? argv[2] : "256";
	char worker[64];
	char epoch[16];
	char demand[64];
	PGconn *db;
	PGresult *result;
	const char *params[4] = {worker, epoch, "[]", demand};

	signal(SIGTERM, stop);
	db = PQconnectdb(argc > 1 ? argv[1] : "");
	if (PQstatus(db) != CONNECTION_OK)
		die(db, "connect");
	snprintf(worker, sizeof worker, "noop-%ld", (long) getpid());
	snprintf(demand, sizeof demand, "{\"default\": %s}", slots);

	result = PQexecParams(
		db, "SELECT mcp.register_worker($1)", 1, NULL, params, NULL, NULL, 0);
	if (PQresultStatus(result) != PGRES_TUPLES_OK)
		die(db, "register");
	snprintf(epoch, sizeof epoch, "%s", PQgetvalue(result, 0, 0));
	PQclear(result);
	PQclear(query(db, "LISTEN mcp_work"));
	PQclear(PQprepare(
		db, "turn", "SELECT mcp.worker_turn($1, $2, $3, $4)", 4, NULL));
	puts("ready");
	fflush(stdout);

	char *sent = strdup("[]");
	while (!stopping)
	{
		params[2] = sent;
		json_t *answer = turn(db, params);
		json_t *tasks = json_object_get(answer, "tasks");
		int is_idle = json_array_size(tasks) == 0 && strcmp(sent, "[]") == 0;
		json_t *results = do_tasks(tasks);

		free(sent);
		sent = json_dumps(results, JSON_COMPACT);
		json_decref(results);
		json_decref(answer);
		if (is_idle)
			wait_for_work(db);
	}
	free(sent);
	params[2] = NULL;
	PQclear(PQexecParams(db,
	                     "SELECT mcp.retire_worker($1, $2)",
	                     2,
	                     NULL,
	                     params,
	                     NULL,
	                     NULL,
	                     0));
	PQfinish(db);
	return 0;
}
