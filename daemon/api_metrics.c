/*
 * api_metrics.c
 *		/metrics: this daemon's numbers, and the database's beside them.
 *
 * It answers when the database does not: that is when it is read.
 */
#include "api.h"
#include "child.h"
#include "loop.h"

#include <inttypes.h>
#include <string.h>

#define METRICS_TYPE "text/plain; version=0.0.4; charset=utf-8"

/* Milliseconds: Prometheus gives up after ten seconds. */
#define PATIENCE 2000

/* A question under way; lies in its request's arena. */
typedef struct Reading
{
	ApiRequest *request;
	DbRequest *asked;
	LoopTimer *patience;
} Reading;

static void read_metrics(ApiRequest *request);
static void was_read(void *context, DbResult *result, const Error *error);
static void patience_ended(void *context);
static void answer(Reading *reading, const char *of_database);
static const char *print_cache(const ApiWorld *world, Arena *arena);

const ApiRoute api_metrics_routes[] = {
	{HTTP_GET, "metrics", API_OPEN, read_metrics},
	{HTTP_OTHER, NULL, API_KNOWN, NULL},
};

static void
read_metrics(ApiRequest *request)
{
	Reading *reading = arena_alloc(request->arena, sizeof(*reading));

	reading->request = request;
	reading->patience = loop_timer_create(patience_ended, reading);
	loop_timer_set(reading->patience, PATIENCE);
	reading->asked =
		db_send(request->world->db, DB_METRICS, NULL, was_read, reading);
}

static void
was_read(void *context, DbResult *result, const Error *error)
{
	answer(context, error ? NULL : db_result_text(result, 0, 0));
}

static void
patience_ended(void *context)
{
	Reading *reading = context;

	db_forget(reading->asked);
	answer(reading, NULL);
}

/* of_database NULL: it does not answer. */
static void
answer(Reading *reading, const char *of_database)
{
	ApiRequest *request = reading->request;
	const ApiWorld *world = request->world;
	const char *text = arena_print(
		request->arena,
		"%s"
		"# HELP mcpd_child_processes Programs that run for steps.\n"
		"# TYPE mcpd_child_processes gauge\n"
		"mcpd_child_processes %d\n"
		"# HELP mcpd_database_up Whether the database answers.\n"
		"# TYPE mcpd_database_up gauge\n"
		"mcpd_database_up %d\n"
		"# HELP mcpd_database_connections Connections for HTTP that are "
		"online.\n"
		"# TYPE mcpd_database_connections gauge\n"
		"mcpd_database_connections %d\n"
		"# HELP mcpd_database_requests Statements that wait for an answer.\n"
		"# TYPE mcpd_database_requests gauge\n"
		"mcpd_database_requests %d\n"
		"%s%s",
		metrics_print(world->metrics, request->arena),
		child_count(),
		of_database != NULL,
		db_online(world->db),
		db_load(world->db),
		print_cache(world, request->arena),
		of_database ? of_database : "");

	loop_timer_destroy(reading->patience);
	http_answer(request->http, 200, METRICS_TYPE, text, strlen(text));
}

static const char *
print_cache(const ApiWorld *world, Arena *arena)
{
	CacheCounts counts = cache_counts(world->cache);

	return arena_print(
		arena,
		"# HELP mcpd_cache_hits_total Answers that were given before, by "
		"where they were found.\n"
		"# TYPE mcpd_cache_hits_total counter\n"
		"mcpd_cache_hits_total{level=\"memory\"} %" PRIu64 "\n"
		"mcpd_cache_hits_total{level=\"redis\"} %" PRIu64 "\n"
		"# HELP mcpd_cache_misses_total Answers that the database was asked "
		"for.\n"
		"# TYPE mcpd_cache_misses_total counter\n"
		"mcpd_cache_misses_total %" PRIu64 "\n"
		"# HELP mcpd_cache_late_fills_total Answers that were not kept: "
		"something changed while they came.\n"
		"# TYPE mcpd_cache_late_fills_total counter\n"
		"mcpd_cache_late_fills_total %" PRIu64 "\n"
		"# HELP mcpd_cache_refused_total Entries of Redis that were not ours, "
		"or not of their key.\n"
		"# TYPE mcpd_cache_refused_total counter\n"
		"mcpd_cache_refused_total %" PRIu64 "\n"
		"# HELP mcpd_cache_checks_total Questions to the database whether what "
		"is cached is true still.\n"
		"# TYPE mcpd_cache_checks_total counter\n"
		"mcpd_cache_checks_total %" PRIu64 "\n"
		"# HELP mcpd_cache_checked_total Requests that they were asked for.\n"
		"# TYPE mcpd_cache_checked_total counter\n"
		"mcpd_cache_checked_total %" PRIu64 "\n"
		"# HELP mcpd_cache_bytes Memory of the entries in this process.\n"
		"# TYPE mcpd_cache_bytes gauge\n"
		"mcpd_cache_bytes %zu\n"
		"# HELP mcpd_cache_entries How many there are.\n"
		"# TYPE mcpd_cache_entries gauge\n"
		"mcpd_cache_entries %zu\n"
		"# HELP mcpd_redis_up Whether Redis is used.\n"
		"# TYPE mcpd_redis_up gauge\n"
		"mcpd_redis_up %d\n",
		counts.memory_hits,
		counts.redis_hits,
		counts.misses,
		counts.late_fills,
		counts.refused_words,
		counts.questions,
		counts.waiters,
		counts.bytes,
		counts.entries,
		world->redis && redis_is_usable(world->redis));
}
