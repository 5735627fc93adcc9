/*
 * executor_sql.c
 *		Runs a query in the database, which records what came of it by itself.
 *
 * mcp.run_sql_step does both in one transaction, so the query has its effect
 * exactly once, and there is nothing left for the worker to report.  Each query
 * has a connection of its own, for it may take long.  What takes too long is
 * cancelled, and then its backend is ended: a query can undo a statement_timeout.
 * Which backend that is says the transaction itself, since a pooler chooses it.
 */
#include "db_link.h"
#include "executor_kind.h"
#include "loop.h"
#include "memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Milliseconds from cancelling to ending the backend, and from that to giving up. */
#define GRACE 2000

typedef enum SqlStage
{
	SQL_CONNECTING,
	SQL_SENT,       /* who runs it is not known yet */
	SQL_RUNNING,    /* by backend */
	SQL_CANCELLING, /* told to stop */
	SQL_ENDING,     /* its backend is told to end */
	SQL_DONE        /* has its result */
} SqlStage;

typedef struct SqlCall
{
	const ExecutorTask *task;
	Execution *execution;
	const char *epoch; /* as it was when this began */
	SqlStage stage;
	DbLink *link;
	LoopTimer *timer;
	char backend[16];  /* its process id as text */
	bool is_to_stop;   /* as soon as it is known who runs it */
	bool is_cancelled; /* by the worker; else the time is over */
	ExecutorResult result;
} SqlCall;

static void *start(const ExecutorTask *task, Execution *execution);
static void cancel(void *running);
static void link_online(void *context, PGconn *connection);
static Status link_ready(void *context, PGconn *connection, Error *error);
static void link_offline(void *context, const Error *error);
static void send_query(SqlCall *call, PGconn *connection);
static bool put_query(SqlCall *call, PGconn *connection);
static void take_result(SqlCall *call, const PGresult *result);
static void take_backend(SqlCall *call, const PGresult *result);
static void take_answer(SqlCall *call, const PGresult *result);
static void take_failure(SqlCall *call, const PGresult *result);
static void stop(SqlCall *call);
static void time_is_over(void *context);
static void signal_backend(SqlCall *call, DbStatement statement);
static void end(SqlCall *call, ExecutorFailure failure, const char *reason);
static void finish(void *context);

const ExecutorKind executor_sql = {
	.name = "sql",
	.start = start,
	.cancel = cancel,
};

static const DbLinkEvents link_events = {
	.online = link_online,
	.ready = link_ready,
	.offline = link_offline,
};

static void *
start(const ExecutorTask *task, Execution *execution)
{
	SqlCall *call = memory_alloc(sizeof(*call));

	call->task = task;
	call->execution = execution;
	call->epoch = arena_print(task->arena, "%s", task->tools->epoch);
	call->timer = loop_timer_create(time_is_over, call);
	loop_timer_set(call->timer, executor_time_limit(task));
	call->link = db_link_create(task->settings, "sql step", &link_events, call);
	return call;
}

static void
cancel(void *running)
{
	SqlCall *call = running;

	call->is_cancelled = true;
	stop(call);
}

static void
link_online(void *context, PGconn *connection)
{
	SqlCall *call = context;

	if (call->stage != SQL_CONNECTING)
		return;
	call->stage = SQL_SENT;
	send_query(call, connection);
}

static void
send_query(SqlCall *call, PGconn *connection)
{
	if (!put_query(call, connection))
		end(call, EXECUTOR_UNAVAILABLE, "the query could not be sent");
	else
		db_link_flush(call->link);
}

/*
 * One transaction, whose first answer comes while the query runs.
 */
static bool
put_query(SqlCall *call, PGconn *connection)
{
	const ExecutorTask *task = call->task;
	char step[24];
	char attempt[24];
	const char *values[6] = {
		task->tools->worker,
		call->epoch,
		task->run_id,
		step,
		attempt,
		arena_copy(task->arena, task->inputs.text, task->inputs.length)};

	snprintf(step, sizeof(step), "%lld", (long long) task->step_ordinal);
	snprintf(attempt, sizeof(attempt), "%lld", (long long) task->attempt);
	return PQenterPipelineMode(connection) == 1 &&
	       PQsendQueryParams(connection,
	                         db_statement_text(DB_BACKEND),
	                         0,
	                         NULL,
	                         NULL,
	                         NULL,
	                         NULL,
	                         0) == 1 &&
	       PQsendFlushRequest(connection) == 1 &&
	       PQsendQueryParams(connection,
	                         db_statement_text(DB_RUN_SQL_STEP),
	                         db_statement_parameters(DB_RUN_SQL_STEP),
	                         NULL,
	                         values,
	                         NULL,
	                         NULL,
	                         0) == 1 &&
	       PQpipelineSync(connection) == 1;
}

/* Each statement's results end with NULL, the input with another. */
static Status
link_ready(void *context, PGconn *connection, Error *error)
{
	SqlCall *call = context;
	int gaps = 0;

	(void) error;
	while (gaps < 2 && call->stage != SQL_CONNECTING && !PQisBusy(connection))
	{
		PGresult *result = PQgetResult(connection);

		gaps = result ? 0 : gaps + 1;
		if (result && call->stage != SQL_DONE)
			take_result(call, result);
		PQclear(result);
	}
	return STATUS_OK;
}

static void
take_result(SqlCall *call, const PGresult *result)
{
	if (PQresultStatus(result) != PGRES_TUPLES_OK)
		take_failure(call, result);
	else if (call->stage == SQL_SENT)
		take_backend(call, result);
	else
		take_answer(call, result);
}

static void
take_backend(SqlCall *call, const PGresult *result)
{
	snprintf(
		call->backend, sizeof(call->backend), "%s", PQgetvalue(result, 0, 0));
	call->stage = SQL_RUNNING;
	if (call->is_to_stop)
		stop(call);
}

static void
take_answer(SqlCall *call, const PGresult *result)
{
	call->result = (ExecutorResult){
		.failure = EXECUTOR_RECORDED,
		.result =
			json_view_trust(arena_copy(call->task->arena,
	                                   PQgetvalue(result, 0, 0),
	                                   (size_t) PQgetlength(result, 0, 0))),
	};
	call->stage = SQL_DONE;
	loop_defer(finish, call);
}

/* Nothing was recorded: the query was cancelled, or is another worker's. */
static void
take_failure(SqlCall *call, const PGresult *result)
{
	const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);

	if (call->is_cancelled)
		end(call, EXECUTOR_CANCELLED, "the query was cancelled");
	else if (call->stage == SQL_CANCELLING || call->stage == SQL_ENDING)
		end(call, EXECUTOR_TIMED_OUT, "the query took too long");
	else
		end(call, EXECUTOR_UNAVAILABLE, message ? message : "no result");
}

/* Whether it was carried out is not known; if it was, this is refused. */
static void
link_offline(void *context, const Error *error)
{
	SqlCall *call = context;

	if (call->stage == SQL_DONE)
		return;
	if (call->is_cancelled)
		end(call, EXECUTOR_CANCELLED, "the query was cancelled");
	else if (call->stage == SQL_CANCELLING || call->stage == SQL_ENDING)
		end(call, EXECUTOR_TIMED_OUT, "the query took too long");
	else
		end(call, EXECUTOR_UNAVAILABLE, error->message);
}

static void
stop(SqlCall *call)
{
	switch (call->stage)
	{
		case SQL_CONNECTING:
			end(call,
			    call->is_cancelled ? EXECUTOR_CANCELLED : EXECUTOR_UNAVAILABLE,
			    call->is_cancelled ? "the query was cancelled"
			                       : "no connection to the database");
			break;
		case SQL_SENT:
			call->is_to_stop = true;
			loop_timer_set(call->timer, GRACE);
			break;
		case SQL_RUNNING:
			call->stage = SQL_CANCELLING;
			signal_backend(call, DB_CANCEL_QUERY);
			loop_timer_set(call->timer, GRACE);
			break;
		case SQL_CANCELLING:
		case SQL_ENDING:
		case SQL_DONE:
			break;
	}
}

static void
time_is_over(void *context)
{
	SqlCall *call = context;

	if (call->stage == SQL_CANCELLING)
	{
		call->stage = SQL_ENDING;
		signal_backend(call, DB_TERMINATE_QUERY);
		loop_timer_set(call->timer, GRACE);
	}
	else if (call->stage == SQL_ENDING)
		end(call,
		    call->is_cancelled ? EXECUTOR_CANCELLED : EXECUTOR_TIMED_OUT,
		    "the query does not end");
	else if (call->stage == SQL_SENT && call->is_to_stop)
		/* Nobody runs it: with the connection it is taken back. */
		end(call,
		    call->is_cancelled ? EXECUTOR_CANCELLED : EXECUTOR_UNAVAILABLE,
		    "no process of the database took the query up");
	else
		stop(call);
}

/* The answer is of no interest: what comes of it shows on the link. */
static void
signal_answered(void *context, DbResult *result, const Error *error)
{
	(void) context;
	(void) result;
	(void) error;
}

static void
signal_backend(SqlCall *call, DbStatement statement)
{
	const char *values[1] = {call->backend};

	db_send(call->task->tools->db, statement, values, signal_answered, NULL);
}

static void
end(SqlCall *call, ExecutorFailure failure, const char *reason)
{
	call->stage = SQL_DONE;
	call->result = executor_fail(call->task, failure, "%s", reason);
	loop_defer(finish, call);
}

/* Deferred: a link is not destroyed from inside its events. */
static void
finish(void *context)
{
	SqlCall *call = context;
	Execution *execution = call->execution;
	ExecutorResult result = call->result;

	db_link_destroy(call->link);
	loop_timer_destroy(call->timer);
	free(call);
	executor_finish(execution, &result);
}
