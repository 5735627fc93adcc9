/*
 * config.h
 *		What the daemon was told: the environment, then a `.env` file.
 *
 * Read once, before the loop starts, and constant from then on.  The texts
 * live as long as the arena that was given.  A variable that is set but empty
 * counts as not set.
 */
#ifndef MCPD_CONFIG_H
#define MCPD_CONFIG_H

#include "arena.h"
#include "log.h"
#include "runner_wire.h"
#include "status.h"

#include <stdbool.h>

/* Room for host, port, dbname, user, password and the end. */
#define CONFIG_DATABASE_WORDS 6

typedef struct Config
{
	/* For PQconnectStartParams with expand_dbname, ended by NULL; none: libpq
	 * reads its own PG* variables. */
	const char *database_keywords[CONFIG_DATABASE_WORDS];
	const char *database_values[CONFIG_DATABASE_WORDS];
	int database_connections; /* for requests of HTTP */
	int statement_timeout;    /* seconds, for requests of HTTP */

	bool has_redis;
	const char *redis_host; /* NULL: redis_socket is the path of a socket */
	const char *redis_socket;
	int redis_port;
	int redis_db;
	const char *redis_user;     /* NULL: none */
	const char *redis_password; /* NULL: none */

	int cache_memory; /* MiB of answers in this process; 0: none */
	int rate_key;     /* requests of a key in rate_period; 0: no limit */
	int rate_address; /* of an address */
	int rate_period;  /* seconds */
	int cache_ttl;    /* seconds that one stays in Redis */

	const char *api_host;
	int api_port;        /* 0: any free one, which the log names */
	int api_shares_port; /* 1: other daemons of our user listen on it too */
	const char *api_key; /* NULL: there is no bootstrap key */
	const char *token_key_file; /* NULL: tokens are signed by api_key */
	const char *jwt_algorithm;  /* NULL: no tokens of another issuer */
	const char *jwt_secret;
	const char *jwt_jwks_file;
	const char *jwt_audience;
	const char *jwt_issuer;
	const char *jwt_role_claim;
	const char *cors_origins; /* between commas, or "*"; NULL: none */
	int requires_if_match;    /* 1: changes of definitions need If-Match */
	int api_max_body;         /* bytes */
	int api_connections;
	double api_read_timeout; /* seconds for the headers of a request */
	double api_heartbeat;    /* seconds that a stream is silent at most */
	LogLevel log_level;
	LogFormat log_format;

	const char *scripts_dir;   /* NULL: no script_path is allowed */
	const char *notebooks_dir; /* NULL: no notebook_path is allowed */
	const char *work_dir;      /* below it each task gets a directory */
	const char *python;
	RunnerLevel sandbox_level;
	int sandbox_memory;     /* MiB, of a task's processes together */
	int sandbox_disk;       /* MiB, of all that a task writes */
	int sandbox_processes;  /* of a task, threads counted */
	double default_timeout; /* seconds; of a step that names none */
	int max_retries;        /* of calls that an executor repeats by itself */
	double retry_delay;     /* seconds before the first of them */
	double token_interval;  /* seconds between events of an answer; 0: none */

	const char *secret_key;      /* NULL: none; parsed by seal_create() */
	const char *secret_key_file; /* NULL: none */

	const char *default_model; /* NULL: a config must name one */
	const char *anthropic_key; /* NULL: none */
	const char *anthropic_url;
	const char *openai_key; /* NULL: none */
	const char *openai_url;
	bool has_openai_url; /* it was given: a server of one's own, maybe */

	const char *traces_endpoint; /* NULL: runs are not traced */
	const char *traces_headers;  /* NULL: none */
	const char *traces_service;

	const char *worker_name; /* NULL: host and process id */
	const char *queues;      /* separated by commas */
	int worker_slots;        /* tasks at once; 0: this daemon is no worker */
	double drain_timeout;    /* seconds that a stop waits for tasks */
} Config;

/*
 * Fills *config.  env_file NULL means ".env" in the working directory, which
 * need not exist.  The message of an error is one line for the user; it quotes
 * no value of a variable that may hold a secret.  PG* variables of the file
 * are put into the environment, where libpq looks for them.
 */
extern Status config_read(Arena *arena, const char *env_file, Config *config,
                          Error *error) MUST_CHECK;

/*
 * Calls tell with the name of each variable that is different, but for those of
 * the two servers.
 */
extern void
config_compare(const Config *left, const Config *right,
               void (*tell)(void *context, const char *name), void *context);

#endif
