/*
 * http_wait.c
 *		A request whose handler has returned, and whose answer is still to come.
 */
#include "http_wait.h"

#include "http_client.h"

#include <stdlib.h>

/* Milliseconds that a connection is left as it is: a look at the database. */
#define BRIEF 20

/* Each is looked at whenever libmicrohttpd runs. */
#define MOST_BRIEF 512

static void suspend(HttpRequest *request);
static void resume(HttpRequest *request);
static void watch_client(HttpRequest *request);
static void client_gone(void *context);

void
http_expect_soon(HttpRequest *request)
{
	request->is_brief = true;
}

void
http_on_gone(HttpRequest *request, void (*gone)(void *context), void *context)
{
	request->gone = gone;
	request->gone_context = context;
	if (request->progress != HTTP_WAITING)
		return;
	if (gone == NULL)
	{
		http_client_on_gone(http_client_of(request->connection), NULL, NULL);
		return;
	}
	if (!request->is_suspended)
		suspend(request);
	watch_client(request);
}

void
http_wait_begin(HttpRequest *request)
{
	HttpWaits *waits = http_waits(request->server);

	request->progress = HTTP_WAITING;
	waits->brief++;
	if (request->gone)
	{
		suspend(request);
		watch_client(request);
	}
	else if (!request->is_brief || waits->brief > MOST_BRIEF)
		suspend(request);
	else
		request->waits_since = loop_now();
}

void
http_wait_go_on(HttpRequest *request)
{
	if (loop_now() - request->waits_since > BRIEF)
		suspend(request);
}

void
http_wait_end(HttpRequest *request)
{
	if (request->is_suspended)
		resume(request);
	else
		http_waits(request->server)->brief--;
	http_drive_soon(request->server);
}

void
http_wait_abandon(HttpRequest *request)
{
	http_waits(request->server)->brief--;
	request->progress = HTTP_ABANDONED;
	request->connection = NULL;
}

static void
suspend(HttpRequest *request)
{
	http_waits(request->server)->brief--;
	request->is_suspended = true;
	MHD_suspend_connection(request->connection);
}

static void
resume(HttpRequest *request)
{
	request->is_suspended = false;
	http_client_on_gone(http_client_of(request->connection), NULL, NULL);
	MHD_resume_connection(request->connection);
}

static void
watch_client(HttpRequest *request)
{
	http_client_on_gone(
		http_client_of(request->connection), client_gone, request);
}

/* Only a suspended one is watched. */
static void
client_gone(void *context)
{
	HttpRequest *request = context;

	request->progress = HTTP_GONE;
	request->gone(request->gone_context);
	http_wait_end(request);
}
