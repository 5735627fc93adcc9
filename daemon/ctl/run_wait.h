/*
 * run_wait.h
 *		Waiting for a run's end, and showing on a terminal how it goes.
 *
 * Ctrl-C, and the end of --timeout, end the waiting and never the run.  A
 * daemon that is away for a while is waited for too.
 */
#ifndef MCPCTL_RUN_WAIT_H
#define MCPCTL_RUN_WAIT_H

#include "context.h"

/* Called with each look at the run, in an arena of its own. */
typedef void (*RunWaitLook)(Context *context, JsonView run, void *data);

/*
 * Sets *run to how it ended, which lives as long as context's arena.  look may
 * be NULL: then the steps are drawn where standard error is a terminal.
 * EXIT_DONE: the run is over, however; else why it was not waited for.
 */
extern ExitCode run_wait(Context *context, const char *run_id, RunWaitLook look,
                         void *data, JsonView *run);

#endif
