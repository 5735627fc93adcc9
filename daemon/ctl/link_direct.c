/*
 * link_direct.c
 *		Operations as calls of the functions of mcp, by libpq.
 *
 * The daemon's own statements are sent, so that the answers are the same; who
 * asks is the role that the database knows, with its rights.
 */
#include "link_way.h"

#include "db_error.h"
#include "layout.h"
#include "memory.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Milliseconds that a statement may take, and seconds for a connection. */
#define PATIENCE "60000"
#define CONNECT_PATIENCE "5"

/* Ours beside those of the configuration, and the end. */
#define MOST_WORDS (CONFIG_DATABASE_WORDS + 4)

struct LinkDirect
{
	const Settings *settings;
	PGconn *connection; /* NULL: none yet */
};

static Status open_connection(LinkDirect *direct, Error *error);
static Status run(LinkDirect *direct, Arena *arena, DbStatement statement,
                  const char *const *values, const char **text, Error *error);
static Status command(LinkDirect *direct, const char *text, Error *error);
static Status query(LinkDirect *direct, Arena *arena, DbStatement statement,
                    const char *const *values, const char **text, Error *error);
static void list_values(const Ask *ask, const char **values);
static void
list_problems(LinkDirect *direct, Arena *arena, const Ask *ask, Fault *fault);
static void tell_notice(void *context, const PGresult *notice);

LinkDirect *
link_direct_open(const Settings *settings)
{
	LinkDirect *direct = memory_alloc(sizeof(*direct));

	direct->settings = settings;
	return direct;
}

void
link_direct_close(LinkDirect *direct)
{
	PQfinish(direct->connection);
	free(direct);
}

Status
link_direct_ask(LinkDirect *direct, Arena *arena, const Ask *ask,
                JsonView *answer, Fault *fault)
{
	const OperationRow *row = operation_row(ask->operation);
	const char *values[DB_MAX_PARAMETERS] = {NULL};
	const char *text = NULL;
	Error *error = &fault->error;
	Status status = STATUS_OK;

	memset(fault, 0, sizeof(*fault));
	if (direct->connection == NULL)
		status = open_connection(direct, error);
	list_values(ask, values);
	if (status == STATUS_OK)
		status = run(direct, arena, row->statement, values, &text, error);
	if (status == STATUS_RULE && row->check != DB_NOTHING)
		list_problems(direct, arena, ask, fault);
	if (status == STATUS_OK &&
	    (row->statement == DB_START_RUN || row->statement == DB_START_MCP))
	{
		/* The daemon answers a start with the run as well. */
		values[0] = text;
		status = run(direct, arena, DB_GET_RUN, values, &text, error);
	}
	if (status == STATUS_OK && text && *text)
		*answer = json_view_trust(text);
	return status;
}

static Status
open_connection(LinkDirect *direct, Error *error)
{
	const Config *config = &direct->settings->config;
	const char *keywords[MOST_WORDS] = {NULL};
	const char *values[MOST_WORDS] = {NULL};
	int count = 0;

	for (; config->database_keywords[count]; count++)
	{
		keywords[count] = config->database_keywords[count];
		values[count] = config->database_values[count];
	}
	keywords[count] = "client_encoding";
	values[count++] = "UTF8";
	keywords[count] = "fallback_application_name";
	values[count++] = "mcpctl";
	keywords[count] = "connect_timeout";
	values[count++] = CONNECT_PATIENCE;
	direct->connection = PQconnectdbParams(keywords, values, 1);
	if (PQstatus(direct->connection) != CONNECTION_OK)
	{
		error_set(error,
		          STATUS_UNAVAILABLE,
		          "the database cannot be reached: %s",
		          PQerrorMessage(direct->connection));
		error_copy_text(error->hint,
		                sizeof(error->hint),
		                "Say where it is by DATABASE_URL, POSTGRES_HOST and so "
		                "on, or libpq's own PGHOST and so on.");
		PQfinish(direct->connection);
		direct->connection = NULL;
		return error->status;
	}
	PQsetNoticeReceiver(direct->connection, tell_notice, NULL);
	return STATUS_OK;
}

/*
 * In a transaction, and what it needs is set for that alone: where a pooler
 * stands before the server the session is somebody else's next.
 */
static Status
run(LinkDirect *direct, Arena *arena, DbStatement statement,
    const char *const *values, const char **text, Error *error)
{
	static const char *const patience[] = {PATIENCE};
	const char *nothing;
	Status status = command(direct, "BEGIN", error);

	*text = NULL;
	if (status == STATUS_OK)
		status =
			query(direct, arena, DB_SET_UP_ONCE, patience, &nothing, error);
	if (status == STATUS_OK)
		status = query(direct, arena, statement, values, text, error);
	if (status == STATUS_OK)
		return command(direct, "COMMIT", error);
	/* What failed first is what is told. */
	PQclear(PQexec(direct->connection, "ROLLBACK"));
	return status;
}

static Status
command(LinkDirect *direct, const char *text, Error *error)
{
	PGresult *result = PQexec(direct->connection, text);
	Status status = STATUS_OK;

	if (PQresultStatus(result) != PGRES_COMMAND_OK)
	{
		db_error_read(error, result);
		status = error->status;
	}
	PQclear(result);
	return status;
}

/* Sets *text to the first column of the first row, NULL where there is none. */
static Status
query(LinkDirect *direct, Arena *arena, DbStatement statement,
      const char *const *values, const char **text, Error *error)
{
	PGresult *result = PQexecParams(direct->connection,
	                                db_statement_text(statement),
	                                db_statement_parameters(statement),
	                                NULL,
	                                values,
	                                NULL,
	                                NULL,
	                                0);

	*text = NULL;
	if (PQresultStatus(result) != PGRES_TUPLES_OK)
		db_error_read(error, result);
	else if (PQntuples(result) > 0 && !PQgetisnull(result, 0, 0))
		*text = arena_copy_text(arena, PQgetvalue(result, 0, 0));
	PQclear(result);
	return error->status;
}

/* As the row of the operation says: names, query, body, the key of a start. */
static void
list_values(const Ask *ask, const char **values)
{
	const OperationRow *row = operation_row(ask->operation);
	int count = 0;

	for (const char *at = row->path; *at; at++)
	{
		if (*at == '*')
		{
			values[count] = ask->names[count];
			count++;
		}
	}
	for (int i = 0; i < OPERATION_MAX_QUERY && row->query[i]; i++)
		values[count++] = ask->query[i];
	if (row->has_body)
		values[count++] = ask->body;
	if (row->statement == DB_START_RUN || row->statement == DB_START_MCP)
		values[count] = ask->idempotency_key;
}

/* All that is wrong, where the first problem was raised. */
static void
list_problems(LinkDirect *direct, Arena *arena, const Ask *ask, Fault *fault)
{
	const char *values[DB_MAX_PARAMETERS] = {NULL};
	const char *text;
	Error ignored = {.status = STATUS_OK};
	JsonWalk walk;

	list_values(ask, values);
	if (run(direct,
	        arena,
	        operation_row(ask->operation)->check,
	        values,
	        &text,
	        &ignored) != STATUS_OK ||
	    text == NULL)
		return;
	walk = json_view_walk(json_view_trust(text));
	if (json_view_next(&walk))
		fault->problems = json_view_trust(text);
}

/* Warnings are for whoever acts; the rest is for whoever debugs. */
static void
tell_notice(void *context, const PGresult *notice)
{
	const char *severity =
		PQresultErrorField(notice, PG_DIAG_SEVERITY_NONLOCALIZED);
	const char *message = PQresultErrorField(notice, PG_DIAG_MESSAGE_PRIMARY);
	Arena *arena;

	if (severity == NULL || message == NULL || strcmp(severity, "WARNING") != 0)
		return;
	arena = arena_create();
	fprintf(stderr, "mcpctl: warning: %s\n", layout_clean(arena, message));
	arena_destroy(arena);
}
