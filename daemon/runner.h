/*
 * runner.h
 *		mcp-runner as mcpd knows it: started first, asked for each child.
 *
 * It is started before any secret is read and gets an environment without one,
 * so nothing that a task could find in it is worth finding.  There is one, and
 * it is started again should it be lost.
 */
#ifndef MCPD_RUNNER_H
#define MCPD_RUNNER_H

#include "runner_wire.h"
#include "status.h"

#include <stddef.h>

/* program: NULL for the one beside our own.  Returns before it is ready. */
extern Status runner_open(const char *program, Error *error) MUST_CHECK;

/*
 * Says what is wanted and waits until it has found out what is possible.  That
 * nothing is possible is no failure, but for who starts a child.
 */
extern Status
runner_set_up(RunnerLevel wanted, const char *python, Error *error) MUST_CHECK;

/* What it answered. */
extern const RunnerReady *runner_ready(void);

/* Sends a request with copies of the descriptors; the loop must be open. */
extern Status
runner_send(const char *message, size_t length,
            const int descriptors[RUNNER_FDS], Error *error) MUST_CHECK;

/* It ends by itself; what it has started goes on until its mcpd lets go. */
extern void runner_close(void);

#endif
