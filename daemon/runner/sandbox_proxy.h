/*
 * sandbox_proxy.h
 *		The one socket that is listened on in the network of a task.
 */
#ifndef RUNNER_SANDBOX_PROXY_H
#define RUNNER_SANDBOX_PROXY_H

/*
 * In a network namespace of its own, before privileges are dropped: brings up
 * its loopback and listens there.  Returns the socket, or -1 with errno set.
 */
extern int sandbox_proxy_listen(void);

/* To mcpd, and closes it; -1 with errno set. */
extern int sandbox_proxy_hand_over(int listener, int control);

#endif
