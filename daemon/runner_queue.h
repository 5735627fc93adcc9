/*
 * runner_queue.h
 *		Requests on their way to mcp-runner, when its socket is full.
 */
#ifndef MCPD_RUNNER_QUEUE_H
#define MCPD_RUNNER_QUEUE_H

#include "runner_wire.h"

#include <stdbool.h>
#include <stddef.h>

/* Sends now, or later in order; false where nobody is at the other end. */
extern bool runner_queue_send(int socket, const char *message, size_t length,
                              const int descriptors[RUNNER_FDS]);

/* Forgets what waits; before the socket is closed. */
extern void runner_queue_clear(void);

#endif
