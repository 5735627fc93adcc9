/*
 * api_cached.c
 *		One statement asked through the cache: definitions, lists, ended runs.
 *
 * What the functions behind these routes return is the same for all who may call
 * them: they run with the rights of the tables' owner, and ask nobody's name.  So
 * entries are shared by all callers, each of whom the cache has asked for first.
 */
#include "api_cached.h"

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
	const ApiCached *what;
	const char *values[DB_MAX_PARAMETERS];
	CacheQuestion question;
} Ask;

static void looked_up(void *context, CacheEntry *entry);
static void filled(void *context, DbResult *result, const Error *error);
static void fill(Ask *ask, const DbResult *result);
static void answer_entry(ApiRequest *request, CacheEntry *entry);

void
api_ask_cached(ApiRequest *request, const ApiCached *what,
               const char *const *values)
{
	Ask *ask = arena_alloc(request->arena, sizeof(*ask));
	bool is_ours = request->identity.kind == AUTH_DAEMON;

	ask->request = request;
	ask->what = what;
	memcpy(ask->values,
	       values,
	       (size_t) db_statement_parameters(what->statement) *
	           sizeof(values[0]));
	ask->question = (CacheQuestion){.arena = request->arena,
	                                .caller = is_ours ? NULL : &request->caller,
	                                .statement = what->statement,
	                                .values = ask->values,
	                                .kind = what->kind,
	                                .callback = looked_up,
	                                .context = ask};
	http_expect_soon(request->http);
	cache_find(request->world->cache, &ask->question);
}

static void
looked_up(void *context, CacheEntry *entry)
{
	Ask *ask = context;

	if (entry)
		answer_entry(ask->request, entry);
	else
		api_send(ask->request, ask->what->statement, ask->values, filled, ask);
}

static void
filled(void *context, DbResult *result, const Error *error)
{
	Ask *ask = context;

	if (error)
	{
		problem_answer(ask->request->http, error);
		return;
	}
	fill(ask, result);
	api_answer_result(ask->request, result, 200);
}

static void
fill(Ask *ask, const DbResult *result)
{
	ApiRequest *request = ask->request;
	const char *json = db_result_text(result, 0, 0);
	const char *rows = db_result_named(result, "rows");
	const char *part = db_result_named(result, "part");
	CacheAnswer answer = {.json = json,
	                      .rows = rows ? strtol(rows, NULL, 10) : -1,
	                      .last = db_result_named(result, "last")};

	if (json == NULL || (ask->what->scope == API_CACHED_PART && part == NULL))
		return;
	answer.length = db_result_length(result, 0, 0);
	answer.tag = api_etag_make(request->arena,
	                           db_result_named(result, "revision"),
	                           json,
	                           answer.length);
	cache_put(request->world->cache,
	          &ask->question,
	          part ? (int) strtol(part, NULL, 10) : CACHE_WHOLE,
	          &answer);
}

static void
answer_entry(ApiRequest *request, CacheEntry *entry)
{
	const CacheAnswer *answer = &entry->answer;

	if (answer->rows >= 0)
		api_page_add_next(request, answer->rows, answer->last);
	if (api_etag_add(request, answer->tag))
		http_answer(request->http, 304, JSON_TYPE, "", 0);
	else
		http_answer_packed(request->http,
		                   200,
		                   JSON_TYPE,
		                   answer->json,
		                   answer->length,
		                   entry->is_passing ? NULL : &entry->packed);
}
