/*
 * worker_name.c
 *		What a worker is called in the database.
 */
#include "worker_name.h"

#include <stdlib.h>
#include <unistd.h>

/* A number of its own, for in containers hosts and process ids are all alike. */
const char *
worker_name_make(const Config *config, Arena *arena)
{
	char host[256] = "localhost";

	if (config->worker_name)
		return config->worker_name;
	gethostname(host, sizeof(host) - 1);
	return arena_print(arena,
	                   "%s:%ld:%06lx",
	                   host,
	                   (long) getpid(),
	                   (unsigned long) random() & 0xFFFFFF);
}
