/*
 * db_request.c
 *		One request as it goes down the wire: for the rooms of db only.
 */
#include "db_request.h"

#include "memory.h"

#include <stdlib.h>

/* Of an entering statement: the caller's values, then the function's name. */
#define ENTER_PARAMETERS (DB_CALLER_VALUES + 1)

static void
add_part(DbRequest *request, DbPartKind kind, DbStatement statement);
static void add_parse(DbRequest *request, DbStatement statement);
static void add_pair_parses(DbRequest *request, const DbCaller *caller);
static bool
send_part(const DbPart *part, const DbRequest *request, PGconn *connection,
          const DbCaller *caller, const char *const *values);
static bool send_enter(PGconn *connection, const DbRequest *request,
                       const DbCaller *caller);
static bool send_call(PGconn *connection, const DbRequest *request,
                      DbStatement statement, const char *const *values);
static bool send_once(PGconn *connection, DbStatement statement,
                      const DbCaller *caller, const char *const *values);

DbRequest *
db_request_create(const DbSession *session, const DbCaller *caller,
                  DbStatement statement)
{
	DbRequest *request = memory_alloc(sizeof(*request));
	bool has_role = caller && caller->values[0];
	bool has_key = caller && caller->once_key;

	request->statement = statement;
	request->session = session;
	request->is_prepared = session->is_ours;
	request->is_pair = caller && caller->then;
	if (!session->is_ours)
		add_part(request, DB_PART_SETTINGS, DB_SET_UP_ONCE);
	if (has_role)
		add_parse(request, caller->enter);
	if (has_key)
		add_parse(request, DB_TAKE_ANSWER_KEY);
	else
		add_parse(request, statement);
	if (request->is_pair)
		add_pair_parses(request, caller);
	if (has_role)
		add_part(request, DB_PART_ENTER, caller->enter);
	if (has_key)
		add_part(request, DB_PART_TAKE_KEY, DB_TAKE_ANSWER_KEY);
	add_part(
		request, has_key ? DB_PART_ANSWER_ONCE : DB_PART_ANSWER, statement);
	if (request->is_pair)
	{
		add_part(request, DB_PART_LEAVE, DB_LEAVE);
		add_part(request, DB_PART_THEN, caller->then);
	}
	return request;
}

bool
db_request_send(const DbRequest *request, PGconn *connection,
                const DbCaller *caller, const char *const *values)
{
	for (int i = 0; i < request->part_count; i++)
	{
		if (!send_part(&request->parts[i], request, connection, caller, values))
			return false;
	}
	return PQpipelineSync(connection) == 1;
}

void
db_request_note_sent(const DbRequest *request, DbSession *session)
{
	for (int i = 0; i < request->part_count; i++)
	{
		if (request->parts[i].kind == DB_PART_PARSE)
			session->prepared[request->parts[i].statement] = DB_PREPARED_ASKED;
	}
}

static void
add_part(DbRequest *request, DbPartKind kind, DbStatement statement)
{
	request->parts[request->part_count++] =
		(DbPart){.kind = kind, .statement = statement};
}

static void
add_parse(DbRequest *request, DbStatement statement)
{
	if (request->is_prepared &&
	    request->session->prepared[statement] == DB_PREPARED_NOT)
		add_part(request, DB_PART_PARSE, statement);
}

/* The limits come behind them: they are for what is done then. */
static void
add_pair_parses(DbRequest *request, const DbCaller *caller)
{
	add_parse(request, DB_LIMIT);
	add_parse(request, DB_LEAVE);
	add_parse(request, caller->then);
	add_part(request, DB_PART_LIMIT, DB_LIMIT);
}

static bool
send_part(const DbPart *part, const DbRequest *request, PGconn *connection,
          const DbCaller *caller, const char *const *values)
{
	switch (part->kind)
	{
		case DB_PART_SETTINGS:
			return send_call(connection,
			                 request,
			                 part->statement,
			                 (const char *[]){request->session->timeout});
		case DB_PART_PARSE:
			return PQsendPrepare(connection,
			                     db_statement_name(part->statement),
			                     db_statement_text(part->statement),
			                     0,
			                     NULL) == 1;
		case DB_PART_ENTER:
			return send_enter(connection, request, caller);
		case DB_PART_TAKE_KEY:
			return send_call(
				connection,
				request,
				part->statement,
				(const char *[]){caller->once_key, caller->once_hash});
		case DB_PART_ANSWER_ONCE:
			return send_once(connection, part->statement, caller, values);
		case DB_PART_ANSWER:
		case DB_PART_LIMIT:
		case DB_PART_LEAVE:
			return send_call(connection, request, part->statement, values);
		case DB_PART_THEN:
			return send_call(
				connection, request, part->statement, caller->then_values);
	}
	return false;
}

static bool
send_enter(PGconn *connection, const DbRequest *request, const DbCaller *caller)
{
	char function[DB_FUNCTION_NAME];
	DbStatement calls = caller->calls ? caller->calls : request->statement;
	const char *values[ENTER_PARAMETERS];

	for (int i = 0; i < DB_CALLER_VALUES; i++)
		values[i] = caller->values[i];
	values[DB_CALLER_VALUES] =
		db_statement_function(calls, function) ? function : NULL;
	return send_call(connection, request, caller->enter, values);
}

static bool
send_call(PGconn *connection, const DbRequest *request, DbStatement statement,
          const char *const *values)
{
	int count = db_statement_parameters(statement);

	if (request->is_prepared)
		return PQsendQueryPrepared(connection,
		                           db_statement_name(statement),
		                           count,
		                           values,
		                           NULL,
		                           NULL,
		                           0) == 1;
	return PQsendQueryParams(connection,
	                         db_statement_text(statement),
	                         count,
	                         NULL,
	                         values,
	                         NULL,
	                         NULL,
	                         0) == 1;
}

/* Not prepared: few requests have a key. */
static bool
send_once(PGconn *connection, DbStatement statement, const DbCaller *caller,
          const char *const *values)
{
	int count = db_statement_parameters(statement);
	const char *all[DB_MAX_PARAMETERS + 1];
	char *text = db_statement_print_once(statement);
	bool is_sent;

	for (int i = 0; i < count; i++)
		all[i] = values[i];
	all[count] = caller->once_key;
	is_sent = PQsendQueryParams(
				  connection, text, count + 1, NULL, all, NULL, NULL, 0) == 1;
	free(text);
	return is_sent;
}
