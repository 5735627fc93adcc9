/*
 * db_request.h
 *		One request as it goes down the wire: for the rooms of db only.
 *
 * Its parts, each of which gives one result: the Parses of what the session
 * has not prepared yet, then what enters the caller's role and takes his key,
 * then the statement, then what the daemon does next, in its own role again; and
 * a Sync, so that all of it is one transaction.  Parses come first: what follows
 * them may fail without taking them along.  In a session that is not ours the
 * settings come first, for the transaction alone, and nothing is prepared.
 */
#ifndef MCPD_DB_REQUEST_H
#define MCPD_DB_REQUEST_H

#include "db.h"
#include "db_session.h"

#include <libpq-fe.h>

typedef enum DbPartKind
{
	DB_PART_SETTINGS, /* of a session that is not ours */
	DB_PART_PARSE,
	DB_PART_LIMIT, /* the time that a pair may take */
	DB_PART_ENTER, /* the role of the caller */
	DB_PART_TAKE_KEY,
	DB_PART_ANSWER,
	DB_PART_ANSWER_ONCE, /* which is kept, too */
	DB_PART_LEAVE,       /* the role of the caller */
	DB_PART_THEN         /* what the daemon does next */
} DbPartKind;

typedef struct DbPart
{
	DbPartKind kind;
	DbStatement statement;
} DbPart;

#define DB_REQUEST_PARTS 11

struct DbRequest
{
	DbRequest *next;
	DbStatement statement;
	const DbSession *session;
	bool is_prepared; /* its statements are, or will be by its Parses */
	DbPart parts[DB_REQUEST_PARTS];
	int part_count;
	int part_at;      /* the one whose result comes next */
	bool is_answered; /* its callback was called */
	bool is_pair;
	PGresult *rows;      /* the answer, until the transaction has ended */
	PGresult *second;    /* that of the second of a pair */
	DbCallback callback; /* NULL: forgotten */
	void *context;
};

/* session must outlive it.  caller NULL: the daemon itself. */
extern DbRequest *
db_request_create(const DbSession *session, const DbCaller *caller,
                  DbStatement statement);

/* False where libpq could not take it; the connection is broken then. */
extern bool db_request_send(const DbRequest *request, PGconn *connection,
                            const DbCaller *caller, const char *const *values);

/* Notes in its session that its Parses are in flight. */
extern void db_request_note_sent(const DbRequest *request, DbSession *session);

#endif
