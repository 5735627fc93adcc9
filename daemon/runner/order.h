/*
 * order.h
 *		A task on its way to the sandbox that was made for it.
 *
 * A sandbox is made before there is a task, so who lives in it waits for an
 * order: first the keeper, then the script, each on a socket of its own.
 */
#ifndef RUNNER_ORDER_H
#define RUNNER_ORDER_H

#include "sandbox_files.h"
#include "task.h"

/* What both ends of a hand-over must agree on. */
#define ORDER_MOST_FDS (RUNNER_FDS + SANDBOX_FILES_MOST)

typedef struct Order
{
	SandboxFiles files; /* what its directory holds */
	const char *message;
	size_t length;
	const int *fds; /* as many as the receiver expects */
	int fd_count;
} Order;

/* Returns -1 with errno set; the descriptors are still ours. */
extern int order_send(int socket, const Order *order);

/*
 * Waits for one.  The task, its message and the files are of this process, and
 * there is one of each.  Returns NULL where nobody is left to send one, or what
 * came is none; first_fds of its descriptors go to the task's, the others are
 * the files'.
 */
extern Order *order_receive(int socket, Task *task, int first_fds);

#endif
