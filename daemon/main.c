/*
 * main.c
 *		mcpd: starts the rooms in order, runs the loop, stops them.
 *
 * The only file that knows all others.  A stop lets finish what is under way:
 * first no new connections and no new tasks, then the last answers and what
 * the tasks bring, then the rooms close in the reverse order.
 */
#include "api.h"
#include "api_tasks.h"
#include "arena.h"
#include "arguments.h"
#include "auth.h"
#include "cache.h"
#include "config.h"
#include "db.h"
#include "db_listen.h"
#include "http.h"
#include "log.h"
#include "loop.h"
#include "maintenance.h"
#include "metrics.h"
#include "process.h"
#include "rate.h"
#include "redis.h"
#include "reload.h"
#include "run_watch.h"
#include "runner.h"
#include "runner_level.h"
#include "seal_command.h"
#include "supervisor.h"
#include "token_place.h"
#include "trace_export.h"
#include "worker.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Milliseconds of a stop, from the drained worker on, and between looks. */
#define LAST_WAITS 500
#define LAST_ANSWERS 5000
#define STOP_STEP 20

typedef struct Daemon
{
	Arena *arena;
	Config config;
	Db *db;
	DbListen *listen;
	RunWatch *run_watch;
	Redis *redis; /* NULL: none is configured */
	Cache *cache;
	Rate *rate;
	Metrics *metrics;
	Auth *auth;
	Reload *reload;
	Api *api;
	HttpServer *http;
	Maintenance *maintenance;
	Seal *seal;
	ExecutorTools tools;
	TraceExport *traces;   /* NULL: runs are not traced */
	Worker *worker;        /* NULL: this daemon runs no steps */
	LoopTimer *stop_timer; /* while the last answers leave */
	bool is_stopping;
	uint64_t waits_deadline;   /* then who waits for a run is sent away */
	uint64_t answers_deadline; /* then nobody is waited for any more */
} Daemon;

static Status start(Daemon *daemon, Error *error);
static Status start_runner(const Config *config, Error *error);
static Status start_http(Daemon *daemon, Error *error);
static Status open_auth(Daemon *daemon, Error *error);
static void stop(Daemon *daemon);
static void stop_asked(void *context);
static void go_on_stopping(void *context);
static void set_deadlines(Daemon *daemon);
static void run_told(void *context, const char *run_id);
static void work_told(void *context, const char *queue);
static void cache_told(void *context, const char *nothing);

int
main(int argc, char **argv)
{
	Daemon daemon = {.arena = arena_create()};
	Arguments arguments = {.env_file = NULL};
	Error error;
	Exit code = EXIT_FINE;

	process_shut_in();
	arguments_read(argc, argv, &arguments);
	/* Before there is any secret that a fork of us could take along. */
	if (arguments.secret == NULL && runner_open(NULL, &error) != STATUS_OK)
	{
		fprintf(stderr, "mcpd: %s\n", error.message);
		arena_destroy(daemon.arena);
		return EXIT_CANNOT_START;
	}
	if (config_read(daemon.arena, arguments.env_file, &daemon.config, &error) !=
	        STATUS_OK ||
	    seal_create(&daemon.config, daemon.arena, &daemon.seal, &error) !=
	        STATUS_OK ||
	    open_auth(&daemon, &error) != STATUS_OK)
	{
		fprintf(stderr, "mcpd: %s\n", error.message);
		arena_destroy(daemon.arena);
		return EXIT_BAD_CONFIG;
	}
	log_set_level(daemon.config.log_level);
	log_set_format(daemon.config.log_format);
	daemon.reload =
		reload_create(arguments.env_file, &daemon.config, daemon.auth);
	if (arguments.secret)
		code = seal_command(daemon.seal, arguments.secret, daemon.arena) == 0
		           ? EXIT_FINE
		           : EXIT_CANNOT_START;
	else if (loop_open(&error) == STATUS_OK &&
	         start(&daemon, &error) == STATUS_OK)
		loop_run();
	else
	{
		fprintf(stderr, "mcpd: %s\n", error.message);
		code = EXIT_CANNOT_START;
	}
	stop(&daemon);
	auth_destroy(daemon.auth);
	reload_destroy(daemon.reload);
	arena_destroy(daemon.arena);
	return (int) code;
}

static Status
start(Daemon *daemon, Error *error)
{
	const Config *config = &daemon->config;
	Status status = loop_on_signal(SIGTERM, stop_asked, daemon, error);

	process_raise_descriptors();
	if (status == STATUS_OK)
		status = start_runner(config, error);
	if (status == STATUS_OK)
		status = loop_on_signal(SIGINT, stop_asked, daemon, error);
	if (status == STATUS_OK)
		status = loop_on_signal(SIGHUP, reload_now, daemon->reload, error);
	if (status != STATUS_OK)
		return status;
	daemon->stop_timer = loop_timer_create(go_on_stopping, daemon);
	daemon->db = db_open(
		config, "api", config->database_connections, config->statement_timeout);
	daemon->listen = db_listen_open(config);
	daemon->run_watch = run_watch_create();
	db_listen_subscribe(daemon->listen, "mcp_run", run_told, daemon);
	db_listen_subscribe(daemon->listen, "mcp_work", work_told, daemon);
	daemon->metrics = metrics_create(config->worker_slots);
	daemon->maintenance = maintenance_start(daemon->db);
	daemon->tools.db = daemon->db;
	daemon->tools.fetcher = fetcher_create();
	daemon->tools.seal = daemon->seal;
	daemon->traces =
		trace_export_create(config, daemon->db, daemon->tools.fetcher);
	if (config->worker_slots > 0)
		daemon->worker = worker_create(config,
		                               &daemon->tools,
		                               daemon->listen,
		                               daemon->run_watch,
		                               daemon->traces,
		                               metrics_work(daemon->metrics));
	if (config->has_redis)
		daemon->redis = redis_open(config);
	daemon->cache = cache_open(config, daemon->db, daemon->redis);
	daemon->rate = rate_create(config, daemon->redis);
	db_listen_subscribe(daemon->listen, "mcp_cache", cache_told, daemon);
	return start_http(daemon, error);
}

static Status
start_runner(const Config *config, Error *error)
{
	const RunnerReady *ready = runner_ready();

	if (runner_set_up(config->sandbox_level, config->python, error) !=
	    STATUS_OK)
		return error->status;
	if (ready->level == RUNNER_NONE)
		log_warning(
			"scripts are refused: there is no sandbox for them",
			LOG_FIELDS(
				log_text("wanted", runner_level_name(config->sandbox_level)),
				log_text("missing", ready->missing)));
	else
		log_info("scripts run in a sandbox",
		         LOG_FIELDS(log_text(
					 "level", runner_level_name((RunnerLevel) ready->level))));
	return STATUS_OK;
}

static Status
start_http(Daemon *daemon, Error *error)
{
	const Config *config = &daemon->config;
	ApiWorld world = {.db = daemon->db,
	                  .cache = daemon->cache,
	                  .rate = daemon->rate,
	                  .run_watch = daemon->run_watch,
	                  .metrics = daemon->metrics,
	                  .redis = daemon->redis,
	                  .cors_origins = config->cors_origins,
	                  .requires_if_match = config->requires_if_match != 0};

	world.auth = daemon->auth;
	world.seal = daemon->seal;
	world.start_run = worker_start_run;
	world.worker = daemon->worker;
	world.heartbeat = config->api_heartbeat;
	if (config->api_key == NULL)
		log_info("MCP_API_KEY is not set: only keys of the database are let in",
		         NULL);
	daemon->api = api_create(&world);
	if (http_start(config, &api_handler, daemon->api, &daemon->http, error) !=
	    STATUS_OK)
		return error->status;
	supervisor_tell("READY=1");
	log_info("listening",
	         LOG_FIELDS(log_text("host", config->api_host),
	                    log_number("port", http_port(daemon->http))));
	return STATUS_OK;
}

static Status
open_auth(Daemon *daemon, Error *error)
{
	unsigned char key[TOKEN_KEY_BYTES];
	JwtIssuer *issuer;

	if (token_place_read(
			daemon->config.token_key_file, daemon->arena, key, error) !=
	    STATUS_OK)
		return error->status;
	if (reload_open_issuer(&daemon->config, &issuer, error) != STATUS_OK)
		return error->status;
	daemon->auth = auth_create(daemon->config.api_key, key, issuer);
	explicit_bzero(key, sizeof(key));
	return STATUS_OK;
}

/*
 * The reverse of start.  Closing the database fails what is still asked of it,
 * so that nobody is left waiting when HTTP ends.
 */
static void
stop(Daemon *daemon)
{
	if (daemon->stop_timer == NULL)
		return;
	worker_destroy(daemon->worker);
	trace_export_destroy(daemon->traces);
	fetcher_destroy(daemon->tools.fetcher);
	maintenance_stop(daemon->maintenance);
	db_listen_close(daemon->listen);
	redis_close(daemon->redis); /* before those who wait for it */
	cache_close(daemon->cache);
	db_close(daemon->db);
	api_destroy(daemon->api);
	rate_destroy(daemon->rate);
	http_destroy(daemon->http);
	metrics_destroy(daemon->metrics);
	run_watch_destroy(daemon->run_watch);
	loop_timer_destroy(daemon->stop_timer);
	runner_close();
	loop_close();
	log_info("stopped", NULL);
}

/* The second time it is meant at once. */
static void
stop_asked(void *context)
{
	Daemon *daemon = context;

	if (daemon->is_stopping)
	{
		loop_stop();
		return;
	}
	log_info("stopping", NULL);
	supervisor_tell("STOPPING=1");
	daemon->is_stopping = true;
	http_stop_listening(daemon->http);
	if (daemon->worker)
		worker_drain(daemon->worker);
	set_deadlines(daemon);
	go_on_stopping(daemon);
}

/* Those who wait for a run may still hear its end while the worker drains. */
static void
go_on_stopping(void *context)
{
	Daemon *daemon = context;

	if (daemon->worker && !worker_is_drained(daemon->worker))
		set_deadlines(daemon);
	else if (http_pending(daemon->http) == 0 ||
	         loop_now() >= daemon->answers_deadline)
	{
		loop_stop();
		return;
	}
	if (loop_now() >= daemon->waits_deadline)
		api_stop_waiting(daemon->api);
	loop_timer_set(daemon->stop_timer, STOP_STEP);
}

/* From the moment on when the worker is drained. */
static void
set_deadlines(Daemon *daemon)
{
	daemon->waits_deadline = loop_now() + LAST_WAITS;
	daemon->answers_deadline = loop_now() + LAST_ANSWERS;
}

/* run_id NULL: the connection was lost meanwhile, and words with it. */
static void
run_told(void *context, const char *run_id)
{
	Daemon *daemon = context;

	if (run_id)
		run_watch_tell(daemon->run_watch, run_id);
	else
		run_watch_tell_all(daemon->run_watch);
}

/* Those who wait for tasks wait for the work as others do for a run. */
static void
work_told(void *context, const char *queue)
{
	Daemon *daemon = context;

	(void) queue;
	run_watch_tell(daemon->run_watch, API_TASKS_WORK);
}

/* Also when it is heard again after the connection was lost. */
static void
cache_told(void *context, const char *nothing)
{
	Daemon *daemon = context;

	(void) nothing;
	cache_look(daemon->cache);
}
