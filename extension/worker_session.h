/*
 * worker_session.h
 *		A worker that lives no longer than its session: the lock that shows it.
 *
 * The session holds an advisory lock of the worker's epoch, which the server
 * lets go the moment the session ends, however it does.  Others see that long
 * before the lease runs out.  A session may come back (the server was restarted,
 * the network was cut), so the lock has to be away for a while.
 */
#ifndef MCP_WORKER_SESSION_H
#define MCP_WORKER_SESSION_H

#include "nodes/pg_list.h"
#include "utils/timestamp.h"

/*
 * This session is the worker's: holds the lock, unless another one does.  is_away:
 * its row says that the lock was missed.  Needs an SPI connection.
 */
extern void worker_session_hold(int epoch, bool is_away);

/* The worker is no more. */
extern void worker_session_release(int epoch);

/*
 * The epochs, a List of int, of other workers whose session is gone for good;
 * those whose lock is missed for the first time are noted.  Needs an SPI
 * connection.
 */
extern List *worker_session_find_gone(const char *worker, TimestampTz now);

/* Milliseconds until it is worth to look again; as given where nobody is away. */
extern int worker_session_choose_sleep(int sleep_ms);

#endif
