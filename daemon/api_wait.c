/*
 * api_wait.c
 *		Requests that wait for a run to end.
 */
#include "api_wait.h"

#include "api_ask.h"
#include "memory.h"
#include "problem.h"

#include <stdlib.h>
#include <string.h>

/* One that waits; lies in its request's arena. */
typedef struct Wait
{
	struct Wait *next;
	struct Wait *previous;
	ApiRequest *request;
	const char *run_id;
	DbStatement statement;
	RunWaiter *waiter;
	ApiPatience patience;
	LoopTimer *deadline; /* NULL: there is none */
	DbRequest *reading;  /* NULL: no read is under way */
	bool is_woken;       /* during the read: read once more */
} Wait;

struct ApiWaits
{
	Wait *first;
};

static void answer_unfinished(Wait *wait);
static void patience_lost(void *context);
static void woken(void *context);
static void client_gone(void *context);
static void read_run(Wait *wait);
static void run_read(void *context, DbResult *result, const Error *error);
static void leave(Wait *wait);

ApiWaits *
api_waits_create(void)
{
	return memory_alloc(sizeof(ApiWaits));
}

void
api_waits_destroy(ApiWaits *waits)
{
	api_waits_end(waits);
	free(waits);
}

void
api_waits_end(ApiWaits *waits)
{
	while (waits->first)
		answer_unfinished(waits->first);
}

void
api_wait_for_run(ApiRequest *request, const char *run_id, DbStatement statement,
                 const ApiPatience *patience)
{
	Wait *wait = arena_alloc(request->arena, sizeof(*wait));

	wait->request = request;
	wait->run_id = arena_copy_text(request->arena, run_id);
	wait->statement = statement;
	wait->next = request->waits->first;
	if (wait->next)
		wait->next->previous = wait;
	request->waits->first = wait;
	wait->waiter =
		run_watch_add(request->world->run_watch, wait->run_id, woken, wait);
	wait->patience = *patience;
	if (patience->seconds >= 0)
	{
		wait->deadline = loop_timer_create(patience_lost, wait);
		loop_timer_set(wait->deadline, (uint64_t) patience->seconds * 1000);
	}
	http_on_gone(request->http, client_gone, wait);
	/* It may be over already: a workflow without steps is. */
	read_run(wait);
}

static void
answer_unfinished(Wait *wait)
{
	ApiRequest *request = wait->request;
	const char *body =
		arena_print(request->arena,
	                "{\"run_id\":\"%s\",\"execution_id\":\"%s\"}",
	                wait->run_id,
	                wait->run_id);

	leave(wait);
	http_add_header(
		request->http,
		"Location",
		arena_print(request->arena, "/workflows/runs/%s", wait->run_id));
	http_answer(request->http, 202, "application/json", body, strlen(body));
}

static void
patience_lost(void *context)
{
	Wait *wait = context;

	leave(wait);
	http_on_gone(wait->request->http, NULL, NULL);
	wait->patience.lost(wait->patience.context);
}

static void
woken(void *context)
{
	Wait *wait = context;

	if (wait->reading)
		wait->is_woken = true;
	else
		read_run(wait);
}

/* The run goes on: it was asked for, and may be asked about later. */
static void
client_gone(void *context)
{
	leave(context);
}

static void
read_run(Wait *wait)
{
	const char *values[] = {wait->run_id};

	wait->is_woken = false;
	wait->reading =
		api_send(wait->request, wait->statement, values, run_read, wait);
}

/* While the database is away there is nothing to tell: run_watch wakes again. */
static void
run_read(void *context, DbResult *result, const Error *error)
{
	Wait *wait = context;
	ApiRequest *request = wait->request;

	wait->reading = NULL;
	if (error && error->status == STATUS_UNAVAILABLE)
		return;
	if (error)
	{
		leave(wait);
		problem_answer(request->http, error);
	}
	else if (db_result_is_true(result, 0, 1))
	{
		leave(wait);
		api_answer_result(request, result, 200);
	}
	else if (wait->is_woken)
		read_run(wait);
}

static void
leave(Wait *wait)
{
	if (wait->reading)
		db_forget(wait->reading);
	run_watch_remove(wait->waiter);
	if (wait->deadline)
		loop_timer_destroy(wait->deadline);
	if (wait->previous)
		wait->previous->next = wait->next;
	else
		wait->request->waits->first = wait->next;
	if (wait->next)
		wait->next->previous = wait->previous;
}
