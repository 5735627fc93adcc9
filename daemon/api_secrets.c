/*
 * api_secrets.c
 *		/secrets: set, granted, listed and removed; never read.
 *
 * What comes in plain goes on sealed: neither the database nor a log sees it.
 */
#include "api.h"
#include "api_ask.h"
#include "json_write.h"
#include "problem.h"
#include "seal.h"

static void list(ApiRequest *request);
static void set(ApiRequest *request);
static const char *read_value(const ApiRequest *request);
static void drop(ApiRequest *request);
static void give(ApiRequest *request);
static void take_away(ApiRequest *request);
static void rotate(ApiRequest *request);
static void sealed_told(void *context, DbResult *result, const Error *error);
static bool reseal(ApiRequest *request, const JsonWalk *secret,
                   JsonWriter *changes, Error *error);

const ApiRoute api_secret_routes[] = {
	{HTTP_GET, "secrets", API_KNOWN, list},
	{HTTP_POST, "secrets/rotate", API_KNOWN, rotate},
	{HTTP_PUT, "secrets/*", API_KNOWN, set},
	{HTTP_PUT, "secrets/*/roles/*", API_KNOWN, give},
	{HTTP_DELETE, "secrets/*/roles/*", API_KNOWN, take_away},
	{HTTP_DELETE, "secrets/*", API_KNOWN, drop},
	{HTTP_OTHER, NULL, API_KNOWN, NULL},
};

static void
list(ApiRequest *request)
{
	api_ask(request, DB_LIST_SECRETS, NULL, 200);
}

static void
set(ApiRequest *request)
{
	const char *name = request->parameters[0];
	const char *value = read_value(request);
	const char *sealed;
	Error error;

	if (value == NULL)
		api_refuse(
			request, DB_SET_SECRET, 422, "the body must be {\"value\": text}");
	else if (seal_close(request->world->seal,
	                    name,
	                    value,
	                    request->arena,
	                    &sealed,
	                    &error) != STATUS_OK)
		api_refuse(request,
		           DB_SET_SECRET,
		           error.status == STATUS_CONFLICT ? 409 : 422,
		           arena_copy_text(request->arena, error.message));
	else
		api_ask(request, DB_SET_SECRET, (const char *[]){name, sealed}, 204);
}

/* NULL where there is none, or it would be cut at a NUL. */
static const char *
read_value(const ApiRequest *request)
{
	size_t length;
	const char *body = http_body(request->http, &length);
	JsonView document;
	size_t where;

	if (json_view_check(body, length, &document, &where))
		return NULL;
	return json_view_text(json_view_find(document, "value"), request->arena);
}

static void
drop(ApiRequest *request)
{
	api_ask(request, DB_DROP_SECRET, request->parameters, 204);
}

static void
give(ApiRequest *request)
{
	api_ask(request, DB_GRANT_SECRET, request->parameters, 204);
}

static void
take_away(ApiRequest *request)
{
	api_ask(request, DB_REVOKE_SECRET, request->parameters, 204);
}

/* Whoever has the daemon's own key may do what the daemon can. */
static void
rotate(ApiRequest *request)
{
	if (request->identity.kind != AUTH_DAEMON)
		api_refuse(
			request, DB_NOTHING, 403, "only MCP_API_KEY may rotate secrets");
	else
		api_send(request,
		         DB_GET_SEALED_SECRETS,
		         (const char *[]){NULL, NULL},
		         sealed_told,
		         request);
}

/* One statement for all: either every secret has the new key, or none. */
static void
sealed_told(void *context, DbResult *result, const Error *error)
{
	ApiRequest *request = context;
	JsonWriter *changes;
	JsonWalk walk;
	Error problem;
	bool is_fine = true;

	if (error)
	{
		problem_answer(request->http, error);
		return;
	}
	changes = json_writer_create();
	json_write_open(changes, '{');
	walk = json_view_walk(json_view_trust(db_result_text(result, 0, 0)));
	while (is_fine && json_view_next(&walk))
		is_fine = reseal(request, &walk, changes, &problem);
	json_write_close(changes, '}');
	if (is_fine)
		api_ask(request,
		        DB_RESEAL_SECRETS,
		        (const char *[]){
					arena_copy_text(request->arena, json_writer_text(changes))},
		        200);
	else
		problem_answer_code(request->http, 409, problem.message);
	json_writer_destroy(changes);
}

/* Writes "name": {"old", "new"}, unless it has the new key already. */
static bool
reseal(ApiRequest *request, const JsonWalk *secret, JsonWriter *changes,
       Error *error)
{
	const Seal *seal = request->world->seal;
	const char *name = json_view_text(secret->name, request->arena);
	const char *old = json_view_text(secret->value, request->arena);
	const char *text;
	const char *sealed;

	if (seal_is_current(seal, old))
		return true;
	if (seal_open(seal, name, old, request->arena, &text, error) != STATUS_OK ||
	    seal_close(seal, name, text, request->arena, &sealed, error) !=
	        STATUS_OK)
		return false;
	json_write_name(changes, name);
	json_write_open(changes, '{');
	json_write_name(changes, "old");
	json_write_text(changes, old);
	json_write_name(changes, "new");
	json_write_text(changes, sealed);
	json_write_close(changes, '}');
	return true;
}
