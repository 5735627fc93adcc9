/*
 * problem.c
 *		What went wrong, told to a client: application/problem+json (RFC 9457).
 */
#include "problem.h"

#include "log.h"
#include "problem_text.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PROBLEM_TYPE "application/problem+json"

static const char *text_of(HttpRequest *request, const Error *error);
static int code_of(Status status);
static json_t *create_problem(HttpRequest *request, int code,
                              const char *detail, const char *sqlstate);
static json_t *create_item(const char *path, const char *rule,
                           const char *message, const char *hint);
static json_t *text_or_null(const char *text);
static void answer(HttpRequest *request, int code, json_t *problem);

void
problem_answer(HttpRequest *request, const Error *error)
{
	int code = code_of(error->status);
	json_t *problem;

	/* MC022: the revision that If-Match named is the latest no more. */
	if (strcmp(error->sqlstate, "MC022") == 0 &&
	    http_header(request, "If-Match"))
		code = 412;

	if (code == 422)
	{
		problem_answer_list(request, error, NULL);
		return;
	}
	if (error->status == STATUS_INTERNAL || error->status == STATUS_MISSING)
		log_error("request failed",
		          LOG_FIELDS(log_text("request_id", http_request_id(request)),
		                     log_text("sqlstate", error->sqlstate),
		                     log_text("error", error->message),
		                     log_text("detail", error->detail)));
	problem =
		create_problem(request, code, text_of(request, error), error->sqlstate);
	if (*problem_text_hint(error))
		json_object_set_new(
			problem, "hint", json_string(problem_text_hint(error)));
	answer(request, code, problem);
}

void
problem_answer_code(HttpRequest *request, int code, const char *detail)
{
	answer(request, code, create_problem(request, code, detail, ""));
}

void
problem_answer_list(HttpRequest *request, const Error *error,
                    const char *problems)
{
	const char *text = text_of(request, error);
	json_t *problem = create_problem(request, 422, text, error->sqlstate);
	json_t *items = problems ? json_loads(problems, 0, NULL) : NULL;

	if (!json_is_array(items) || json_array_size(items) == 0)
	{
		json_decref(items);
		items = json_array();
		json_array_append_new(items,
		                      create_item(error->path[0] ? error->path : "$",
		                                  problem_text_rule(error),
		                                  text,
		                                  problem_text_hint(error)));
	}
	json_object_set_new(problem, "errors", items);
	answer(request, 422, problem);
}

void
problem_answer_query(HttpRequest *request, const char *name,
                     const char *message, const char *hint)
{
	const char *detail = arena_print(
		http_arena(request), "query parameter \"%s\" %s", name, message);
	json_t *problem = create_problem(request, 422, detail, "");
	json_t *items = json_array();

	json_array_append_new(
		items,
		create_item(arena_print(http_arena(request), "query.%s", name),
	                "query_parameter",
	                detail,
	                hint));
	json_object_set_new(problem, "errors", items);
	answer(request, 422, problem);
}

static const char *
text_of(HttpRequest *request, const Error *error)
{
	size_t length;
	const char *body = http_body(request, &length);

	return problem_text(http_arena(request), error, body, length);
}

static int
code_of(Status status)
{
	switch (status)
	{
		case STATUS_OK:
			return 200;
		case STATUS_INVALID:
		case STATUS_RULE:
			return 422;
		case STATUS_NOT_FOUND:
			return 404;
		case STATUS_CONFLICT:
		case STATUS_LEASE_LOST:
			return 409;
		case STATUS_STRANGER:
			return 401;
		case STATUS_DENIED:
			return 403;
		case STATUS_MISSING:
		case STATUS_UNAVAILABLE:
			return 503;
		case STATUS_INTERNAL:
			return 500;
	}
	return 500;
}

static json_t *
create_problem(HttpRequest *request, int code, const char *detail,
               const char *sqlstate)
{
	return json_pack("{s:s, s:s, s:i, s:s, s:o, s:s}",
	                 "type",
	                 "about:blank",
	                 "title",
	                 http_reason(code),
	                 "status",
	                 code,
	                 "detail",
	                 detail,
	                 "code",
	                 text_or_null(sqlstate),
	                 "request_id",
	                 http_request_id(request));
}

static json_t *
create_item(const char *path, const char *rule, const char *message,
            const char *hint)
{
	return json_pack("{s:o, s:o, s:s, s:o}",
	                 "path",
	                 text_or_null(path),
	                 "rule",
	                 text_or_null(rule),
	                 "message",
	                 message,
	                 "hint",
	                 text_or_null(hint));
}

static json_t *
text_or_null(const char *text)
{
	return text && text[0] ? json_string(text) : json_null();
}

/* Takes the problem; where it holds text that is no UTF-8, there is none. */
static void
answer(HttpRequest *request, int code, json_t *problem)
{
	char *text = problem ? json_dumps(problem, JSON_COMPACT) : NULL;

	json_decref(problem);
	if (code == 401)
		http_add_header(request, "WWW-Authenticate", "Bearer realm=\"mcp\"");
	if (code == 503)
		http_add_header(request, "Retry-After", "1");
	if (text == NULL)
	{
		http_answer(request, code, PROBLEM_TYPE, "{}", 2);
		return;
	}
	arena_keep(http_arena(request), text, free);
	http_answer(request, code, PROBLEM_TYPE, text, strlen(text));
}
