/*
 * main.c
 *		mcpd: starts the rooms in order, runs the loop, stops them.
 *
 * The only file that knows all others.
 */
#include "arena.h"
#include "config.h"
#include "log.h"
#include "loop.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

#define MCPD_VERSION "1.0"

typedef enum Exit
{
	EXIT_FINE = 0,
	EXIT_CANNOT_START = 1,
	EXIT_BAD_CONFIG = 2 /* COMPAT "Environment" */
} Exit;

typedef struct Daemon
{
	Arena *arena;
	Config config;
} Daemon;

static void shut_in(void);
static const char *read_arguments(int count, char **arguments);
static Status start(Daemon *daemon, Error *error);
static void stop(Daemon *daemon);
static void stop_asked(void *context);

int
main(int argc, char **argv)
{
	Daemon daemon = {.arena = arena_create()};
	const char *env_file;
	Error error;
	Exit code = EXIT_FINE;

	shut_in();
	env_file = read_arguments(argc, argv);
	if (config_read(daemon.arena, env_file, &daemon.config, &error) !=
	    STATUS_OK)
	{
		fprintf(stderr, "mcpd: %s\n", error.message);
		arena_destroy(daemon.arena);
		return EXIT_BAD_CONFIG;
	}
	log_set_level(daemon.config.log_level);
	if (start(&daemon, &error) == STATUS_OK)
		loop_run();
	else
	{
		fprintf(stderr, "mcpd: %s\n", error.message);
		code = EXIT_CANNOT_START;
	}
	stop(&daemon);
	arena_destroy(daemon.arena);
	return (int) code;
}

/*
 * Nobody of our own uid may read our memory or environment: steps run under
 * it too.  The sanitizers need ptrace to look for leaks.
 */
static void
shut_in(void)
{
#ifndef MCPD_SANITIZED
	prctl(PR_SET_DUMPABLE, 0);
#endif
	signal(SIGPIPE, SIG_IGN);
}

/* Returns the path that --env-file names, or NULL. */
static const char *
read_arguments(int count, char **arguments)
{
	static const struct option options[] = {
		{"env-file", required_argument, NULL, 'e'},
		{"help", no_argument, NULL, 'h'},
		{"version", no_argument, NULL, 'V'},
		{NULL, 0, NULL, 0},
	};
	static const char usage[] = "usage: mcpd [--env-file FILE] [--version]";
	const char *env_file = NULL;
	int option;

	while ((option = getopt_long(count, arguments, "", options, NULL)) != -1)
	{
		switch (option)
		{
			case 'e':
				env_file = optarg;
				break;
			case 'h':
				puts(usage);
				exit(EXIT_FINE);
			case 'V':
				puts("mcpd " MCPD_VERSION);
				exit(EXIT_FINE);
			default:
				fprintf(stderr, "%s\n", usage);
				exit(EXIT_BAD_CONFIG);
		}
	}
	if (optind < count)
	{
		fprintf(stderr, "%s\n", usage);
		exit(EXIT_BAD_CONFIG);
	}
	return env_file;
}

static Status
start(Daemon *daemon, Error *error)
{
	Status status = loop_open(error);

	if (status == STATUS_OK)
		status = loop_on_signal(SIGTERM, stop_asked, daemon, error);
	if (status == STATUS_OK)
		status = loop_on_signal(SIGINT, stop_asked, daemon, error);
	return status;
}

static void
stop(Daemon *daemon)
{
	loop_close();
}

static void
stop_asked(void *context)
{
	loop_stop();
}
