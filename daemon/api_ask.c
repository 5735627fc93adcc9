/*
 * api_ask.c
 *		One statement asked on behalf of a request, its JSON answered as it is.
 */
#include "api_ask.h"

#include "api_etag.h"
#include "api_page.h"
#include "problem.h"

#include <stdlib.h>
#include <string.h>

#define JSON_TYPE "application/json"

/* A question under way; lies in the request's arena. */
typedef struct Ask
{
	ApiRequest *request;
	int code;
	const char *detail; /* of a refusal */
	bool has_validator;
	DbStatement validator;
	const char *values[DB_MAX_PARAMETERS]; /* for the validator */
	Error error;                           /* what the write failed with */
} Ask;

static Ask *create_ask(ApiRequest *request, int code);
static void
send_ask(Ask *ask, DbStatement statement, const char *const *values);
static void known(void *context, DbResult *result, const Error *error);
static void answered(void *context, DbResult *result, const Error *error);
static void validated(void *context, DbResult *result, const Error *error);

void
api_ask(ApiRequest *request, DbStatement statement, const char *const *values,
        int code)
{
	send_ask(create_ask(request, code), statement, values);
}

void
api_ask_write(ApiRequest *request, DbStatement statement,
              const char *const *values, int code, DbStatement validator,
              const char *const *validator_values)
{
	Ask *ask = create_ask(request, code);
	int count = db_statement_parameters(validator);

	ask->has_validator = true;
	ask->validator = validator;
	memcpy(ask->values,
	       validator_values,
	       (size_t) count * sizeof(validator_values[0]));
	send_ask(ask, statement, values);
}

void
api_refuse(ApiRequest *request, DbStatement statement, int code,
           const char *detail)
{
	Ask *ask = create_ask(request, code);

	ask->detail = detail;
	request->caller.calls = statement;
	api_send(request, DB_NOTHING, NULL, known, ask);
}

void
api_answer_result(ApiRequest *request, DbResult *result, int code)
{
	const char *json;
	const char *rows = db_result_named(result, "rows");

	if (code == 204)
	{
		http_answer(request->http, code, JSON_TYPE, "", 0);
		return;
	}
	db_result_keep(result, request->arena);
	json = db_result_text(result, 0, 0);
	if (json == NULL)
		json = "null";
	if (rows)
		api_page_add_next(
			request, strtol(rows, NULL, 10), db_result_named(result, "last"));
	if (code == 200 && http_method(request->http) == HTTP_GET &&
	    api_etag_add(request,
	                 api_etag_make(request->arena,
	                               db_result_named(result, "revision"),
	                               json,
	                               strlen(json))))
		http_answer(request->http, 304, JSON_TYPE, "", 0);
	else
		http_answer(request->http, code, JSON_TYPE, json, strlen(json));
}

static Ask *
create_ask(ApiRequest *request, int code)
{
	Ask *ask = arena_alloc(request->arena, sizeof(*ask));

	ask->request = request;
	ask->code = code;
	return ask;
}

static void
known(void *context, DbResult *result, const Error *error)
{
	Ask *ask = context;

	(void) result;
	if (error)
		problem_answer(ask->request->http, error);
	else
		problem_answer_code(ask->request->http, ask->code, ask->detail);
}

/* What makes something is done once for one key. */
static void
send_ask(Ask *ask, DbStatement statement, const char *const *values)
{
	bool is_making = http_method(ask->request->http) == HTTP_POST &&
	                 (ask->code == 201 || ask->code == 202);

	if (is_making)
		api_send_once(ask->request, statement, values, answered, ask);
	else
		api_send(ask->request, statement, values, answered, ask);
}

static void
answered(void *context, DbResult *result, const Error *error)
{
	Ask *ask = context;
	const char *key;

	if (error == NULL)
		api_answer_result(ask->request, result, ask->code);
	else if (error->status == STATUS_RULE && ask->has_validator)
	{
		ask->error = *error;
		api_send(ask->request, ask->validator, ask->values, validated, ask);
	}
	else if (strcmp(error->sqlstate, DB_ANSWERED_BEFORE) == 0)
	{
		key = http_header(ask->request->http, "Idempotency-Key");
		http_add_header(ask->request->http, "Idempotency-Replayed", "true");
		api_send(ask->request, DB_GET_KEPT_ANSWER, &key, answered, ask);
	}
	else
		problem_answer(ask->request->http, error);
}

/* Where the list cannot be had, the first problem is still worth telling. */
static void
validated(void *context, DbResult *result, const Error *error)
{
	Ask *ask = context;
	const char *problems = error ? NULL : db_result_text(result, 0, 0);

	problem_answer_list(ask->request->http, &ask->error, problems);
}
