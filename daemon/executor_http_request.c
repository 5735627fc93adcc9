/*
 * executor_http_request.c
 *		Sends a request to an HTTP server, and follows where it leads.
 *
 * Which addresses may be reached is asked of the database each time: what a DBA
 * has taken from the list is shut from then on.
 */
#include "executor_fetch.h"
#include "executor_http_answer.h"
#include "executor_http_call.h"
#include "loop.h"

#define DEFAULT_REDIRECTS 5
#define DEFAULT_SECONDS 60

/* All of it is the task's arena's. */
typedef struct HttpCall
{
	const ExecutorTask *task;
	Execution *execution;
	FetchRequest request;
	uint64_t deadline; /* of loop_now() */
	int64_t redirects; /* that are left */
	DbRequest *asking; /* for the allow-list */
	Fetch *fetch;      /* one hop */
	ExecutorResult result;
} HttpCall;

static void *start(const ExecutorTask *task, Execution *execution);
static void cancel(void *running);
static void list_told(void *context, DbResult *result, const Error *error);
static void send_hop(HttpCall *call);
static void answered(void *context, const FetchAnswer *answer);
static bool follow(HttpCall *call, const FetchAnswer *answer);
static void finish(void *context);

const ExecutorKind executor_http_request = {
	.name = "http_request",
	.has_templates = true,
	.start = start,
	.cancel = cancel,
};

static void *
start(const ExecutorTask *task, Execution *execution)
{
	HttpCall *call = arena_alloc(task->arena, sizeof(*call));
	const char *error;

	call->task = task;
	call->execution = execution;
	call->deadline = loop_now() + executor_time_limit_or(task, DEFAULT_SECONDS);
	call->redirects = DEFAULT_REDIRECTS;
	json_view_integer(json_view_find(task->config, "max_redirects"),
	                  &call->redirects);
	if (executor_http_call_build(task, &call->request, &error))
		call->asking = db_send(
			task->tools->db, DB_LIST_HTTP_TARGETS, NULL, list_told, call);
	else
	{
		call->result = executor_fail(task, EXECUTOR_BAD_INPUT, "%s", error);
		loop_defer(finish, call);
	}
	return call;
}

static void
cancel(void *running)
{
	HttpCall *call = running;

	if (call->asking == NULL && call->fetch == NULL)
		return;
	if (call->asking)
		db_forget(call->asking);
	if (call->fetch)
		fetch_stop(call->fetch);
	call->asking = NULL;
	call->fetch = NULL;
	call->result = executor_fail(
		call->task, EXECUTOR_CANCELLED, "the request was cancelled");
	loop_defer(finish, call);
}

static void
list_told(void *context, DbResult *result, const Error *error)
{
	HttpCall *call = context;
	Arena *arena = call->task->arena;

	call->asking = NULL;
	if (error)
	{
		call->result = executor_fail(call->task,
		                             EXECUTOR_UNAVAILABLE,
		                             "the allow-list cannot be read: %s",
		                             error->message);
		finish(call);
		return;
	}
	call->request.egress =
		egress_create(json_view_trust(db_result_text(result, 0, 0)), arena);
	send_hop(call);
}

static void
send_hop(HttpCall *call)
{
	uint64_t now = loop_now();

	call->request.time_limit = call->deadline > now ? call->deadline - now : 1;
	call->fetch = fetch_start(call->task->tools->fetcher,
	                          call->task->arena,
	                          &call->request,
	                          answered,
	                          call);
}

static void
answered(void *context, const FetchAnswer *answer)
{
	HttpCall *call = context;

	call->fetch = NULL;
	if (answer->end != FETCH_ANSWERED)
		call->result = executor_fail(call->task,
		                             executor_fetch_failure(answer->end),
		                             "%s",
		                             answer->error);
	else if (answer->redirect && follow(call, answer))
	{
		send_hop(call);
		return;
	}
	else if (call->result.failure == EXECUTOR_SUCCESS)
		call->result =
			executor_http_answer(call->task, call->request.url, answer);
	finish(call);
}

/* A redirect that is not to be followed at all is an answer like others. */
static bool
follow(HttpCall *call, const FetchAnswer *answer)
{
	if (call->redirects == 0)
		return false;
	call->redirects--;
	return executor_http_call_redirect(call->task, answer, &call->request);
}

static void
finish(void *context)
{
	HttpCall *call = context;

	executor_finish(call->execution, &call->result);
}
