/*
 * api_artifacts.c
 *		/workflows/runs/{id}/artifacts: files that steps have left.
 *
 * A file is somebody's: it is answered as one to be saved, never as a page of
 * ours that a browser would run.
 */
#include "api.h"
#include "api_ask.h"
#include "api_etag.h"
#include "api_id.h"
#include "api_query.h"
#include "problem.h"

#include <stdlib.h>
#include <string.h>

static void list(ApiRequest *request);
static void get(ApiRequest *request);
static bool has_sane_id(ApiRequest *request);
static void file_told(void *context, DbResult *result, const Error *error);
static char *read_bytea(const char *text, size_t *length, Arena *arena);
static unsigned int digit_of(char digit);

const ApiRoute api_artifact_routes[] = {
	{HTTP_GET, "workflows/runs/*/artifacts", API_KNOWN, list},
	{HTTP_GET, "workflows/runs/*/artifacts/*", API_KNOWN, get},
	{HTTP_OTHER, NULL, API_KNOWN, NULL},
};

static void
list(ApiRequest *request)
{
	if (has_sane_id(request))
		api_ask(request, DB_LIST_ARTIFACTS, request->parameters, 200);
}

static void
get(ApiRequest *request)
{
	const char *attempt;

	if (!has_sane_id(request) ||
	    !api_query_number(request, "attempt", 1, INT32_MAX, NULL, &attempt))
		return;
	api_send(request,
	         DB_GET_ARTIFACT,
	         (const char *[]){
				 request->parameters[0], request->parameters[1], attempt},
	         file_told,
	         request);
}

/* COMPAT: 400 for a malformed id. */
static bool
has_sane_id(ApiRequest *request)
{
	if (api_id_is_uuid(request->parameters[0]))
		return true;
	problem_answer_code(
		request->http, 400, "the path names no run: its id is a UUID");
	return false;
}

/* Its name and type are of the characters that headers take as they are. */
static void
file_told(void *context, DbResult *result, const Error *error)
{
	ApiRequest *request = context;
	const char *type;
	size_t length;
	char *bytes;

	if (error)
	{
		problem_answer(request->http, error);
		return;
	}
	db_result_keep(result, request->arena);
	type = db_result_named(result, "content_type");
	bytes =
		read_bytea(db_result_named(result, "data"), &length, request->arena);
	http_add_header(request->http,
	                "Content-Disposition",
	                arena_print(request->arena,
	                            "attachment; filename=\"%s\"",
	                            db_result_named(result, "name")));
	http_add_header(request->http, "X-Content-Type-Options", "nosniff");
	if (api_etag_add(request,
	                 api_etag_make(request->arena, NULL, bytes, length)))
		http_answer(request->http, 304, type, "", 0);
	else
		http_answer(request->http, 200, type, bytes, length);
}

/* PostgreSQL's "\x6869". */
static char *
read_bytea(const char *text, size_t *length, Arena *arena)
{
	char *bytes;

	*length = (strlen(text) - 2) / 2;
	bytes = arena_alloc(arena, *length + 1);
	text += 2;
	for (size_t i = 0; i < *length; i++)
		bytes[i] =
			(char) (digit_of(text[2 * i]) << 4 | digit_of(text[2 * i + 1]));
	return bytes;
}

static unsigned int
digit_of(char digit)
{
	return (unsigned int) (digit <= '9' ? digit - '0' : digit - 'a' + 10);
}
