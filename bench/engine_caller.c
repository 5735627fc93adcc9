/*
 * engine_caller.c
 *		Who starts runs of the no-op workloads, and takes the time.
 *
 * engine_caller CONNINFO latency WORKFLOW COUNT
 *	one run after the other: the time from the start to the outputs in hand
 * engine_caller CONNINFO throughput WORKFLOW COUNT STEPS
 *	all runs, 500 a call: the time from the first start until the last has ended,
 *	and what a step cost the server: time on the processor, commits, log
 *
 * A worker must be running.  CONNINFO is that of a superuser on this machine,
 * in a cluster that has nothing else to do.  Prints figures as place.sh has
 * them: workload, what, value, unit.
 */
#include <libpq-fe.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define WARM_UP 5
#define ASK_AGAIN_US 20000

/* Runs that one call starts: the peers' bulk calls take as many. */
#define STARTS 500

/* What the server has spent so far. */
typedef struct Cost
{
	double seconds;
	double cpu_seconds;
	double commits;
	double log_bytes;
} Cost;

static PGconn *db;

static double
now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double) time.tv_sec + (double) time.tv_nsec / 1e9;
}

static PGresult *
check(PGresult *result, const char *what)
{
	ExecStatusType status = PQresultStatus(result);

	if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
	{
		fprintf(stderr, "engine_caller: %s: %s", what, PQerrorMessage(db));
		exit(1);
	}
	return result;
}

static PGresult *
query(const char *sql, const char *value)
{
	return check(
		PQexecParams(
			db, sql, value == NULL ? 0 : 1, NULL, &value, NULL, NULL, 0),
		sql);
}

/* What is done for every run is prepared, as it is by whoever does it often. */
static void
prepare(const char *name, const char *sql)
{
	PQclear(check(PQprepare(db, name, sql, 1, NULL), sql));
}

static PGresult *
execute(const char *name, const char *value)
{
	return check(PQexecPrepared(db, name, 1, &value, NULL, NULL, 0), name);
}

static double
ask(const char *sql)
{
	PGresult *result = query(sql, NULL);
	double number = atof(PQgetvalue(result, 0, 0));

	PQclear(result);
	return number;
}

/* User and system time of a process and of its children that have ended. */
static double
read_cpu(const char *pid)
{
	char path[64];
	char line[1024] = "";
	unsigned long ticks[4] = {0};
	FILE *file;
	char *rest;

	snprintf(path, sizeof path, "/proc/%s/stat", pid);
	file = fopen(path, "r");
	if (file == NULL)
		return 0;
	if (fgets(line, sizeof line, file) == NULL)
		line[0] = '\0';
	fclose(file);
	rest = strrchr(line, ')');
	if (rest == NULL)
		return 0;
	sscanf(rest + 1,
	       " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu %lu %lu",
	       &ticks[0],
	       &ticks[1],
	       &ticks[2],
	       &ticks[3]);
	return (double) (ticks[0] + ticks[1]) / (double) sysconf(_SC_CLK_TCK);
}

/* The backends that are there at both ends are those that count. */
static Cost
measure(void)
{
	Cost cost = {0};
	PGresult *result;

	PQclear(query("SELECT pg_sleep(1.1)", NULL));
	result = query("SELECT pid FROM pg_stat_activity", NULL);
	for (int i = 0; i < PQntuples(result); i++)
		cost.cpu_seconds += read_cpu(PQgetvalue(result, i, 0));
	PQclear(result);
	cost.commits = ask("SELECT xact_commit FROM pg_stat_database"
	                   " WHERE datname = current_database()");
	cost.log_bytes = ask("SELECT pg_current_wal_insert_lsn() - '0/0'");
	cost.seconds = now();
	return cost;
}

/* Waits for the word that this run has ended. */
static void
wait_for_end(const char *run_id)
{
	for (;;)
	{
		struct pollfd fd = {.fd = PQsocket(db), .events = POLLIN};
		PGnotify *note;
		int is_it = 0;

		while ((note = PQnotifies(db)) != NULL)
		{
			is_it |= strcmp(note->extra, run_id) == 0;
			PQfreemem(note);
		}
		if (is_it)
			return;
		poll(&fd, 1, 1000);
		PQconsumeInput(db);
	}
}

static void
run_once(const char *workflow)
{
	PGresult *started = execute("start", workflow);
	PGresult *outputs;

	wait_for_end(PQgetvalue(started, 0, 0));
	outputs = execute("outputs", PQgetvalue(started, 0, 0));
	if (PQntuples(outputs) != 1 ||
	    strcmp(PQgetvalue(outputs, 0, 0), "SUCCESS") != 0)
	{
		fprintf(stderr, "engine_caller: a run did not succeed\n");
		exit(1);
	}
	PQclear(outputs);
	PQclear(started);
}

static void
print_figure(const char *workflow, const char *what, double value,
             const char *unit)
{
	printf(
		"%s\t%s\t%.*f\t%s\n", workflow, what, value < 100 ? 3 : 0, value, unit);
}

static int
compare(const void *left, const void *right)
{
	double a = *(const double *) left;
	double b = *(const double *) right;

	return (a > b) - (a < b);
}

/*
 * The end of a run is told where somebody beside its worker may wait for it:
 * this one says that it does by being a worker too, one without hands.
 */
static void
measure_latency(const char *workflow, int count)
{
	double *times = calloc((size_t) count, sizeof(double));

	PQclear(query("SELECT mcp.register_worker('engine caller')", NULL));
	PQclear(query("LISTEN mcp_run", NULL));
	for (int i = -WARM_UP; i < count; i++)
	{
		double begin = now();

		run_once(workflow);
		if (i >= 0)
			times[i] = now() - begin;
	}
	PQclear(
		query("DELETE FROM mcp.workers WHERE worker = 'engine caller'", NULL));
	qsort(times, (size_t) count, sizeof(double), compare);
	print_figure(workflow, "p50 of one run", times[count / 2] * 1e3, "ms");
	print_figure(
		workflow, "p99 of one run", times[count * 99 / 100] * 1e3, "ms");
	free(times);
}

/* Starts all of them, so many in a call; returns the id of the last one. */
static char *
start_all(const char *workflow, int count)
{
	char *last = NULL;

	for (int begun = 0; begun < count; begun += STARTS)
	{
		int left = count - begun;
		char number[16];
		char first[16];
		const char *values[3] = {workflow, first, number};
		PGresult *result;

		snprintf(first, sizeof first, "%d", begun);
		snprintf(number, sizeof number, "%d", left < STARTS ? left : STARTS);
		result = PQexecParams(
			db,
			"SELECT max(r::text) FROM unnest(mcp.start_runs(ARRAY("
			" SELECT jsonb_build_object('workflow', $1::text,"
			"  'inputs', jsonb_build_object('n', 0, 'i', $2::integer + i))"
			" FROM generate_series(1, $3::integer) AS i))) AS r",
			3,
			NULL,
			values,
			NULL,
			NULL,
			0);
		if (PQresultStatus(result) != PGRES_TUPLES_OK)
		{
			fprintf(stderr, "engine_caller: %s", PQerrorMessage(db));
			exit(1);
		}
		free(last);
		last = strdup(PQgetvalue(result, 0, 0));
		PQclear(result);
	}
	return last;
}

/*
 * The last one is asked for first, by its key: to look whether the table of
 * live runs is empty is to walk past all that is deleted there.
 */
static void
wait_for_all(const char *last)
{
	int is_over = 0;

	while (!is_over)
	{
		PGresult *result;

		usleep(ASK_AGAIN_US);
		result = query("SELECT FROM mcp.finished_runs AS r WHERE r.run_id = $1",
		               last);
		is_over = PQntuples(result) == 1 &&
		          ask("SELECT count(*)"
		              " FROM (SELECT FROM mcp.live_runs LIMIT 1) AS l") == 0;
		PQclear(result);
	}
}

static void
measure_throughput(const char *workflow, const char *count, int steps)
{
	double runs = atof(count);
	double begin;
	double started;
	double ended;
	Cost before;
	Cost after;
	char *last;

	run_once(workflow);
	PQclear(
		query("DELETE FROM mcp.workers WHERE worker = 'engine caller'", NULL));
	PQclear(query("CHECKPOINT", NULL));
	before = measure();
	begin = now();
	last = start_all(workflow, atoi(count));
	started = now();
	wait_for_all(last);
	ended = now();
	after = measure();
	free(last);
	print_figure(workflow, "started in", started - begin, "s");
	print_figure(workflow, "done in", ended - begin, "s");
	print_figure(workflow, "rate", runs / (ended - begin), "runs/s");
	print_figure(
		workflow, "rate of steps", runs * steps / (ended - begin), "steps/s");
	print_figure(workflow,
	             "server CPU",
	             (after.cpu_seconds - before.cpu_seconds) / runs / steps * 1e6,
	             "us/step");
	print_figure(workflow,
	             "commits",
	             (after.commits - before.commits) / runs / steps,
	             "per step");
	print_figure(workflow,
	             "log",
	             (after.log_bytes - before.log_bytes) / runs / steps,
	             "bytes/step");
}

int
main(int argc, char **argv)
{
	if (argc < 5)
	{
		fprintf(stderr, "see the head of engine_caller.c\n");
		return 2;
	}
	db = PQconnectdb(argv[1]);
	if (PQstatus(db) != CONNECTION_OK)
	{
		fprintf(stderr, "engine_caller: %s", PQerrorMessage(db));
		return 1;
	}
	PQclear(query("SET client_min_messages = error", NULL));
	/* Else a plan is made at each look: for that run's partition alone. */
	PQclear(query("SET plan_cache_mode = force_generic_plan", NULL));
	prepare("start", "SELECT mcp.start_run($1, '{\"n\": 0}')");
	prepare("outputs",
	        "SELECT r.status, r.outputs FROM mcp.finished_runs AS r"
	        " WHERE r.run_id = $1");
	if (strcmp(argv[2], "latency") == 0)
		measure_latency(argv[3], atoi(argv[4]));
	else
	{
		PQclear(query("SELECT mcp.register_worker('engine caller')", NULL));
		PQclear(query("LISTEN mcp_run", NULL));
		measure_throughput(argv[3], argv[4], argc > 5 ? atoi(argv[5]) : 1);
	}
	PQfinish(db);
	return 0;
}
