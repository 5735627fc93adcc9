/*
 * db.h
 *		Requests to the database: many in flight, none of them blocking.
 *
 * A Db is a few connections in pipeline mode.  Each request is a transaction
 * of its own, so an error hits nobody else; requests on one connection are
 * answered in the order they were sent.  A lost connection comes back by
 * itself, with back-off; what was in flight then, or is sent meanwhile, fails
 * with STATUS_UNAVAILABLE, and whether it was carried out is not known.
 */
#ifndef MCPD_DB_H
#define MCPD_DB_H

#include "arena.h"
#include "config.h"
#include "db_statements.h"
#include "status.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct Db Db;
typedef struct DbRequest DbRequest;
typedef struct DbResult DbResult;

/*
 * Whose request it is, where it is not the daemon's own: the statement that takes
 * on his role for the transaction, and its values.  It also gets the name of
 * the function that is called, and may refuse.
 */
#define DB_CALLER_VALUES 2

/* The SQLSTATE of one that was done before: DB_GET_KEPT_ANSWER has its answer. */
#define DB_ANSWERED_BEFORE "MC014"

/*
 * The SQLSTATE of a pair that did not happen for reasons that the first statement
 * alone may not have: the second failed, or it took too long.
 */
#define DB_TRY_ALONE "MC0DA"

typedef struct DbCaller
{
	DbStatement enter;
	/* The first NULL: the daemon itself. */
	const char *values[DB_CALLER_VALUES];
	DbStatement
		calls; /* whose function it gets; 0: that of the request's own */
	const char *once_key;  /* of a request that is done once; NULL: none */
	const char *once_hash; /* of all that it asks */
	/*
	 * What the daemon itself does next in the same transaction; 0: nothing.
	 * Such a pair waits for no lock and takes no second.
	 */
	DbStatement then;
	const char *const *then_values;
} DbCaller;

/*
 * Either result or error is NULL.  Both are valid until the callback returns;
 * db_result_keep() makes the result live longer.
 */
typedef void (*DbCallback)(void *context, DbResult *result, const Error *error);

/*
 * Begins to connect and returns at once.  timeout_seconds limits each
 * statement, in the server and, a little later, by dropping a connection that
 * gives no answer.  name is for the log.
 */
extern Db *db_open(const Config *config, const char *name, int connections,
                   int timeout_seconds);

/* Requests in flight fail before it returns.  Not from inside a callback. */
extern void db_close(Db *db);

/* Whether a request sent now would reach the server. */
extern bool db_is_online(const Db *db);

/*
 * The server process at the other end of a Db of one connection, as it said
 * itself; 0 while there is none.  Behind a pooler it is not the one that works.
 */
extern int db_backend_pid(const Db *db);

/* How many connections are online, and requests wait for their answers. */
extern int db_online(const Db *db);
extern int db_load(const Db *db);

/*
 * Sends one request.  values are the statement's parameters as text, as many as
 * it has, NULL for null; they are copied before this returns.  callback is
 * called exactly once, and never before this returns.
 */
extern DbRequest *
db_send(Db *db, DbStatement statement, const char *const *values,
        DbCallback callback, void *context);

/* The same on behalf of a caller, in his role; NULL: the daemon itself. */
extern DbRequest *
db_send_as(Db *db, const DbCaller *caller, DbStatement statement,
           const char *const *values, DbCallback callback, void *context);

/* The callback is not called any more; the statement may still be run. */
extern void db_forget(DbRequest *request);

extern int db_result_rows(const DbResult *result);

/* The value as text, NULL for null; it is not copied. */
extern const char *db_result_text(const DbResult *result, int row, int column);
extern size_t db_result_length(const DbResult *result, int row, int column);

/* The value of the first row by its column's name; NULL also where none is. */
extern const char *db_result_named(const DbResult *result, const char *name);

/* What the second statement of a pair answered. */
extern const char *db_result_second(const DbResult *result);

/* A boolean that is true. */
extern bool db_result_is_true(const DbResult *result, int row, int column);

/* From now on the arena owns the rows: their texts live as long as it. */
extern void db_result_keep(DbResult *result, Arena *arena);

#endif
