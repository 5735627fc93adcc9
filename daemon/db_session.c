/*
 * db_session.c
 *		What the server keeps for one connection between its transactions.
 */
#include "db_session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
db_session_init(DbSession *session, int timeout_seconds)
{
	db_session_reset(session);
	snprintf(session->timeout,
	         sizeof(session->timeout),
	         "%lld",
	         timeout_seconds * 1000LL);
}

void
db_session_reset(DbSession *session)
{
	session->is_ours = false;
	memset(session->prepared, 0, sizeof(session->prepared));
}

bool
db_session_is_direct(const PGresult *backend, const PGconn *connection)
{
	return PQntuples(backend) == 1 &&
	       strtol(PQgetvalue(backend, 0, 0), NULL, 10) ==
	           PQbackendPID(connection);
}
