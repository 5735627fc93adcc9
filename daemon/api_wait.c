/*
 * api_wait.c
 *		Requests that wait for a run to end.
 */
#include "api_wait.h"

#include "api_ask.h"
#include "memory.h"
#include "problem.h"

#include <stdlib.h>

/* One that waits; lies in its request's arena. */
typedef struct Wait
{
	struct Wait *next;
	struct Wait *previous;
	ApiRequest *request;
	const char *run_id;
	DbStatement statement;
	RunWaiter *waiter;
	DbRequest *reading; /* NULL: no read is under way */
	bool is_woken;      /* during the read: read once more */
} Wait;

struct ApiWaits
{
	Wait *first;
};

static void woken(void *context);
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
	while (waits->first)
	{
		Wait *wait = waits->first;
		ApiRequest *request = wait->request;

		leave(wait);
		http_add_header(
			request->http,
			"Location",
			arena_print(request->arena, "/workflows/runs/%s", wait->run_id));
		problem_answer_code(request->http,
		                    503,
		                    "the daemon stops; the run goes on, read it at "
		                    "Location");
	}
	free(waits);
}

void
api_wait_for_run(ApiRequest *request, const char *run_id, DbStatement statement)
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
	/* It may be over already: a workflow without steps is. */
	read_run(wait);
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

static void
read_run(Wait *wait)
{
	const char *values[] = {wait->run_id};

	wait->is_woken = false;
	wait->reading = db_send(
		wait->request->world->db, wait->statement, values, run_read, wait);
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
	if (wait->previous)
		wait->previous->next = wait->next;
	else
		wait->request->waits->first = wait->next;
	if (wait->next)
		wait->next->previous = wait->previous;
}
