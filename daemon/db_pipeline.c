/*
 * db_pipeline.c
 *		The requests in flight on one connection, in order.
 *
 * The first request that uses a statement carries its Parse before itself, in
 * the same transaction.  Those sent behind it before the answer came rely on
 * it; when it fails they fail by "no such statement", and are given the Parse's
 * error, which is the reason.
 */
#include "db_pipeline.h"

#include "db_error.h"
#include "db_link.h"
#include "db_request.h"
#include "db_result.h"
#include "loop.h"
#include "memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How much longer than the server we wait before we drop the connection. */
#define GRACE_SECONDS 5

#define NO_SUCH_STATEMENT "26000"
#define LOCK_NOT_AVAILABLE "55P03"
#define QUERY_CANCELED "57014"

struct DbPipeline
{
	DbLink *link;
	LoopTimer *timer; /* of the oldest request */
	int timeout_seconds;
	int load;
	DbRequest *first; /* the oldest */
	DbRequest **end;
	DbRequest *unsent;       /* could not be sent: they fail by the timer */
	LoopTimer *unsent_timer; /* because no callback comes from inside send */
	DbSession session;
	Error prepare_error; /* of the last Parse that failed */
};

static void link_online(void *context, PGconn *connection);
static Status link_ready(void *context, PGconn *connection, Error *error);
static void link_offline(void *context, const Error *error);

static const DbLinkEvents link_events = {
	.online = link_online,
	.ready = link_ready,
	.offline = link_offline,
};

static void enqueue(DbPipeline *pipeline, DbRequest *request);
static void dequeue(DbPipeline *pipeline);
static Status take_result(DbPipeline *pipeline, PGresult *result, Error *error);
static void take_part(DbPipeline *pipeline, PGresult *result);
static void fail(DbPipeline *pipeline, DbRequest *request, PGresult *result);
static bool may_go_alone(const DbRequest *request, const Error *error);
static void answer_rows(DbRequest *request);
static void answer_error(DbRequest *request, const Error *error);
static void fail_all(DbPipeline *pipeline, const Error *error);
static void fail_unsent(void *context);
static void timed_out(void *context);
static void knows_backend(void *context, DbResult *result, const Error *error);
static void was_set_up(void *context, DbResult *result, const Error *error);

DbPipeline *
db_pipeline_create(const Config *config, const char *name, int timeout_seconds)
{
	DbPipeline *pipeline = memory_alloc(sizeof(*pipeline));

	pipeline->timeout_seconds = timeout_seconds;
	db_session_init(&pipeline->session, timeout_seconds);
	pipeline->end = &pipeline->first;
	pipeline->timer = loop_timer_create(timed_out, pipeline);
	pipeline->unsent_timer = loop_timer_create(fail_unsent, pipeline);
	pipeline->link = db_link_create(config, name, &link_events, pipeline);
	return pipeline;
}

void
db_pipeline_stop(DbPipeline *pipeline)
{
	Error error;

	db_link_destroy(pipeline->link);
	pipeline->link = NULL;
	error_set(&error, STATUS_UNAVAILABLE, "the daemon is stopping");
	fail_all(pipeline, &error);
	fail_unsent(pipeline);
}

void
db_pipeline_destroy(DbPipeline *pipeline)
{
	/* Those that callbacks sent while others were stopped. */
	fail_unsent(pipeline);
	loop_timer_destroy(pipeline->timer);
	loop_timer_destroy(pipeline->unsent_timer);
	free(pipeline);
}

bool
db_pipeline_is_online(const DbPipeline *pipeline)
{
	return pipeline->link && db_link_get_connection(pipeline->link) != NULL;
}

int
db_pipeline_backend_pid(const DbPipeline *pipeline)
{
	return db_pipeline_is_online(pipeline)
	           ? PQbackendPID(db_link_get_connection(pipeline->link))
	           : 0;
}

int
db_pipeline_load(const DbPipeline *pipeline)
{
	return pipeline->load;
}

DbRequest *
/* NOLINTNEXTLINE(readability-function-size): db_send_as, and where */
db_pipeline_send(DbPipeline *pipeline, const DbCaller *caller,
                 DbStatement statement, const char *const *values,
                 DbCallback callback, void *context)
{
	DbRequest *request =
		db_request_create(&pipeline->session, caller, statement);
	PGconn *connection =
		pipeline->link ? db_link_get_connection(pipeline->link) : NULL;

	request->callback = callback;
	request->context = context;
	if (connection == NULL ||
	    !db_request_send(request, connection, caller, values))
	{
		/* Where sending failed the loop finds the connection broken. */
		request->next = pipeline->unsent;
		pipeline->unsent = request;
		loop_timer_set(pipeline->unsent_timer, 0);
	}
	else
	{
		db_request_note_sent(request, &pipeline->session);
		enqueue(pipeline, request);
	}
	if (connection)
		db_link_flush(pipeline->link);
	return request;
}

void
db_forget(DbRequest *request)
{
	request->callback = NULL;
}

static void
enqueue(DbPipeline *pipeline, DbRequest *request)
{
	*pipeline->end = request;
	pipeline->end = &request->next;
	if (pipeline->load++ == 0)
		loop_timer_set(pipeline->timer,
		               (uint64_t) (pipeline->timeout_seconds + GRACE_SECONDS) *
		                   1000);
}

/* The oldest is done with; the next has its time from now on. */
static void
dequeue(DbPipeline *pipeline)
{
	DbRequest *request = pipeline->first;

	pipeline->first = request->next;
	if (pipeline->first == NULL)
		pipeline->end = &pipeline->first;
	PQclear(request->rows);
	PQclear(request->second);
	free(request);
	if (--pipeline->load == 0)
		loop_timer_clear(pipeline->timer);
	else
		loop_timer_set(pipeline->timer,
		               (uint64_t) (pipeline->timeout_seconds + GRACE_SECONDS) *
		                   1000);
}

static void
link_online(void *context, PGconn *connection)
{
	DbPipeline *pipeline = context;

	db_session_reset(&pipeline->session);
	if (PQenterPipelineMode(connection) != 1)
		abort(); /* it is idle and not in COPY: it cannot refuse */
	db_pipeline_send(pipeline, NULL, DB_BACKEND, NULL, knows_backend, pipeline);
}

static Status
link_ready(void *context, PGconn *connection, Error *error)
{
	DbPipeline *pipeline = context;
	int gaps = 0; /* NULLs in a row: one ends a statement, two the input */

	while (gaps < 2 && pipeline->first && !PQisBusy(connection))
	{
		PGresult *result = PQgetResult(connection);
		Status status;

		if (result == NULL)
		{
			gaps++;
			continue;
		}
		gaps = 0;
		status = take_result(pipeline, result, error);
		if (status != STATUS_OK)
			return status;
	}
	return STATUS_OK;
}

static void
link_offline(void *context, const Error *error)
{
	fail_all(context, error);
}

/* Takes the result. */
static Status
take_result(DbPipeline *pipeline, PGresult *result, Error *error)
{
	DbRequest *request = pipeline->first;

	switch (PQresultStatus(result))
	{
		case PGRES_PIPELINE_SYNC:
			PQclear(result);
			answer_rows(request);
			dequeue(pipeline);
			return STATUS_OK;
		case PGRES_PIPELINE_ABORTED:
		case PGRES_COMMAND_OK:
		case PGRES_TUPLES_OK:
		case PGRES_FATAL_ERROR:
			if (request->part_at < request->part_count)
				take_part(pipeline, result);
			else
				fail(pipeline, request, result);
			return STATUS_OK;
		default:
			break;
	}
	error_set(error,
	          STATUS_UNAVAILABLE,
	          "the database answered statement \"%s\" with %s",
	          db_statement_name(request->statement),
	          PQresStatus(PQresultStatus(result)));
	PQclear(result);
	return error->status;
}

/* Takes the result of the part whose turn it is. */
static void
take_part(DbPipeline *pipeline, PGresult *result)
{
	DbRequest *request = pipeline->first;
	const DbPart *part = &request->parts[request->part_at++];
	ExecStatusType status = PQresultStatus(result);
	bool is_fine = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;

	if (part->kind == DB_PART_PARSE)
	{
		pipeline->session.prepared[part->statement] =
			is_fine ? DB_PREPARED_ALREADY : DB_PREPARED_NOT;
		if (status == PGRES_FATAL_ERROR)
			db_error_read(&pipeline->prepare_error, result);
	}
	if (is_fine &&
	    (part->kind == DB_PART_ANSWER || part->kind == DB_PART_ANSWER_ONCE))
		request->rows = result;
	else if (is_fine && part->kind == DB_PART_THEN)
		request->second = result;
	else if (is_fine)
		PQclear(result);
	else
		fail(pipeline, request, result);
}

/*
 * Takes the result.  An aborted part follows one that failed, and that was the
 * answer; behind the last part it is the commit that fails.
 */
static void
fail(DbPipeline *pipeline, DbRequest *request, PGresult *result)
{
	Error error;

	if (PQresultStatus(result) == PGRES_FATAL_ERROR)
	{
		db_error_read(&error, result);
		if (strcmp(error.sqlstate, NO_SUCH_STATEMENT) == 0)
			error = pipeline->prepare_error;
		if (request->is_pair && may_go_alone(request, &error))
			snprintf(error.sqlstate, sizeof(error.sqlstate), DB_TRY_ALONE);
		answer_error(request, &error);
	}
	PQclear(result);
}

/* Where the first has answered, only the second or the commit can have failed. */
static bool
may_go_alone(const DbRequest *request, const Error *error)
{
	return request->rows || strcmp(error->sqlstate, LOCK_NOT_AVAILABLE) == 0 ||
	       strcmp(error->sqlstate, QUERY_CANCELED) == 0;
}

/*
 * Now that the transaction has ended: whoever is told of it finds it done, by any
 * connection.
 */
static void
answer_rows(DbRequest *request)
{
	DbResult rows = {.rows = request->rows, .second = request->second};

	request->rows = NULL;
	if (rows.rows == NULL)
		return;
	if (!request->is_answered && request->callback)
		request->callback(request->context, &rows, NULL);
	request->is_answered = true;
	if (!rows.is_kept)
		PQclear(rows.rows);
}

static void
answer_error(DbRequest *request, const Error *error)
{
	if (request->is_answered)
		return;
	request->is_answered = true;
	if (request->callback)
		request->callback(request->context, NULL, error);
}

/* A callback may send again: that fails too, but later. */
static void
fail_all(DbPipeline *pipeline, const Error *error)
{
	while (pipeline->first)
	{
		answer_error(pipeline->first, error);
		dequeue(pipeline);
	}
}

/* One that a callback sends meanwhile waits for its own turn. */
static void
fail_unsent(void *context)
{
	DbPipeline *pipeline = context;
	DbRequest *request = pipeline->unsent;
	Error error;

	pipeline->unsent = NULL;
	error_set(&error, STATUS_UNAVAILABLE, "the database is away");
	while (request)
	{
		DbRequest *next = request->next;

		answer_error(request, &error);
		free(request);
		request = next;
	}
}

static void
timed_out(void *context)
{
	DbPipeline *pipeline = context;
	Error error;

	error_set(&error,
	          STATUS_UNAVAILABLE,
	          "the database did not answer statement \"%s\" within %d s",
	          db_statement_name(pipeline->first->statement),
	          pipeline->timeout_seconds + GRACE_SECONDS);
	db_link_drop(pipeline->link, &error);
}

/* What was sent until now brought its settings along; those to come need not. */
static void
knows_backend(void *context, DbResult *result, const Error *error)
{
	DbPipeline *pipeline = context;
	PGconn *connection =
		pipeline->link ? db_link_get_connection(pipeline->link) : NULL;
	const char *values[] = {pipeline->session.timeout};

	if (error)
		log_failure("cannot tell who answers for the database", error);
	else if (connection && db_session_is_direct(result->rows, connection))
	{
		pipeline->session.is_ours = true;
		db_pipeline_send(
			pipeline, NULL, DB_SET_UP, values, was_set_up, pipeline);
	}
}

static void
was_set_up(void *context, DbResult *result, const Error *error)
{
	if (error)
		log_failure("cannot set up the session", error);
}
