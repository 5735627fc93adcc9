/*
 * db_session.h
 *		What the server keeps for one connection between its transactions.
 *
 * A server process of our own keeps settings and prepared statements.  A pooler
 * gives each transaction whichever process is free, so whatever a request needs
 * it must bring along, and nothing may be left behind.  Which it is shows in the
 * process id: a pooler makes one up.  Until that is known, we take it for one.
 * For the rooms of db only.
 */
#ifndef MCPD_DB_SESSION_H
#define MCPD_DB_SESSION_H

#include "db_statements.h"
#include "status.h"

#include <libpq-fe.h>

/* Of one statement. */
typedef enum DbPrepared
{
	DB_PREPARED_NOT,    /* the next request prepares it */
	DB_PREPARED_ASKED,  /* a Parse is in flight */
	DB_PREPARED_ALREADY /* it was answered well */
} DbPrepared;

typedef struct DbSession
{
	bool is_ours; /* false: each transaction is a guest, or nobody knows yet */
	char timeout[16]; /* milliseconds that a statement may take, as text */
	DbPrepared prepared[DB_STATEMENT_COUNT];
} DbSession;

extern void db_session_init(DbSession *session, int timeout_seconds);

/* Another connection: nothing is known of it. */
extern void db_session_reset(DbSession *session);

/* Whether that result of DB_BACKEND names the process that libpq was told. */
extern bool
db_session_is_direct(const PGresult *backend, const PGconn *connection);

#endif
