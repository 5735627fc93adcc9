/*
 * process.c
 *		What this process asks of the system for itself.
 */
#include "process.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <unistd.h>

static void seed_random(void);

/*
 * Nobody of our own uid may read our memory or environment: steps run under
 * it too.  The sanitizers need ptrace to look for leaks.
 */
void
process_shut_in(void)
{
#ifndef MCPD_SANITIZED
	prctl(PR_SET_DUMPABLE, 0);
#endif
	signal(SIGPIPE, SIG_IGN);
	seed_random();
}

/* Each client is a descriptor, and the default of old is 1024. */
void
process_raise_descriptors(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

/* Only back-off draws from it: daemons that fell together must not rise so. */
static void
seed_random(void)
{
	unsigned int seed = 0;

	if (getrandom(&seed, sizeof(seed), GRND_NONBLOCK) != sizeof(seed))
		seed = (unsigned int) getpid();
	srandom(seed);
}
