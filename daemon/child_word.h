/*
 * child_word.h
 *		What a child's keeper says on the control socket.
 */
#ifndef MCPD_CHILD_WORD_H
#define MCPD_CHILD_WORD_H

#include "proxy.h"
#include "runner_wire.h"

#include <sys/types.h>

/*
 * As recv(), without waiting.  A word that brings a listener is for the proxy,
 * which may be NULL, and as if nothing had been said: -1, EAGAIN.
 */
extern ssize_t child_word_hear(int control, Proxy *proxy, RunnerReport *said);

#endif
