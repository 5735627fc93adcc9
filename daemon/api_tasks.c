/*
 * api_tasks.c
 *		/tasks: work for workers that are programs of anybody's.
 *
 * A claim may wait for work: it asks again when the database says that there is
 * some, and from time to time, which also keeps the worker's lease.
 */
#include "api_tasks.h"

#include "api.h"
#include "api_ask.h"
#include "api_query.h"
#include "memory.h"
#include "problem.h"

#include <stdlib.h>

#define WAIT_SECONDS_MAX 60

/* One that is under way; lies in its request's arena. */
typedef struct Claim
{
	struct Claim *next;
	struct Claim *previous;
	ApiRequest *request;
	const char *body;
	const char *epoch; /* NULL: not registered yet */
	RunWaiter *waiter;
	LoopTimer *deadline;
	DbRequest *asking; /* NULL: nothing is asked */
	bool is_last;      /* the next answer is given, whatever it says */
	bool is_woken;     /* while it was asking: ask once more */
} Claim;

struct ApiClaims
{
	Claim *first;
};

static void claim(ApiRequest *request);
static void complete(ApiRequest *request);
static void heartbeat(ApiRequest *request);
static void ask(Claim *claim);
static void answered(void *context, DbResult *result, const Error *error);
static void woken(void *context);
static void time_is_up(void *context);
static void client_gone(void *context);
static void leave(Claim *claim);

const ApiRoute api_task_routes[] = {
	{HTTP_POST, "tasks/claim", API_KNOWN, claim},
	{HTTP_POST, "tasks/complete", API_KNOWN, complete},
	{HTTP_POST, "tasks/heartbeat", API_KNOWN, heartbeat},
	{HTTP_OTHER, NULL, API_KNOWN, NULL},
};

ApiClaims *
api_claims_create(void)
{
	return memory_alloc(sizeof(ApiClaims));
}

void
api_claims_destroy(ApiClaims *claims)
{
	api_claims_end(claims);
	free(claims);
}

void
api_claims_end(ApiClaims *claims)
{
	while (claims->first)
	{
		ApiRequest *request = claims->first->request;

		leave(claims->first);
		problem_answer_code(request->http, 503, "the daemon is stopping");
	}
}

static void
claim(ApiRequest *request)
{
	Claim *claim = arena_alloc(request->arena, sizeof(*claim));
	const char *seconds;
	size_t length;

	if (!api_query_number(request, "wait", 0, WAIT_SECONDS_MAX, "0", &seconds))
		return;
	claim->request = request;
	claim->body = http_body(request->http, &length);
	claim->is_last = strtol(seconds, NULL, 10) == 0;
	claim->next = request->claims->first;
	if (claim->next)
		claim->next->previous = claim;
	request->claims->first = claim;
	claim->deadline = loop_timer_create(time_is_up, claim);
	claim->waiter =
		run_watch_add(request->world->run_watch, API_TASKS_WORK, woken, claim);
	loop_timer_set(claim->deadline,
	               (uint64_t) strtol(seconds, NULL, 10) * 1000);
	http_on_gone(request->http, client_gone, claim);
	ask(claim);
}

static void
complete(ApiRequest *request)
{
	size_t length;

	api_ask(request,
	        DB_COMPLETE_TASKS,
	        (const char *[]){http_body(request->http, &length)},
	        200);
}

static void
heartbeat(ApiRequest *request)
{
	size_t length;

	api_ask(request,
	        DB_HEARTBEAT,
	        (const char *[]){http_body(request->http, &length)},
	        200);
}

static void
ask(Claim *claim)
{
	const char *values[] = {claim->body, claim->epoch};

	claim->is_woken = false;
	claim->asking =
		api_send(claim->request, DB_CLAIM_TASKS, values, answered, claim);
}

/* Registered once: the questions that follow carry the epoch of the first. */
static void
answered(void *context, DbResult *result, const Error *error)
{
	Claim *claim = context;
	ApiRequest *request = claim->request;

	claim->asking = NULL;
	if (error)
	{
		leave(claim);
		problem_answer(request->http, error);
		return;
	}
	if (claim->is_last || db_result_is_true(result, 0, 1))
	{
		leave(claim);
		api_answer_result(request, result, 200);
		return;
	}
	if (claim->epoch == NULL)
		claim->epoch =
			arena_copy_text(request->arena, db_result_text(result, 0, 2));
	if (claim->is_woken)
		ask(claim);
}

static void
woken(void *context)
{
	Claim *claim = context;

	if (claim->asking)
		claim->is_woken = true;
	else
		ask(claim);
}

/* Once more, and then whatever the answer is. */
static void
time_is_up(void *context)
{
	Claim *claim = context;

	claim->is_last = true;
	if (claim->asking == NULL)
		ask(claim);
}

/* What it was handed meanwhile comes again when it claims with what it holds. */
static void
client_gone(void *context)
{
	leave(context);
}

static void
leave(Claim *claim)
{
	if (claim->asking)
		db_forget(claim->asking);
	run_watch_remove(claim->waiter);
	loop_timer_destroy(claim->deadline);
	if (claim->previous)
		claim->previous->next = claim->next;
	else
		claim->request->claims->first = claim->next;
	if (claim->next)
		claim->next->previous = claim->previous;
}
