/*
 * api_queues.c
 *		/queues and /workers: their limits, what waits in them, and who takes it.
 */
#include "api.h"
#include "api_ask.h"

static void list(ApiRequest *request);
static void get(ApiRequest *request);
static void set(ApiRequest *request);
static void pause_one(ApiRequest *request);
static void resume(ApiRequest *request);
static void list_workers(ApiRequest *request);

/* Any text is a queue, so no path is malformed. */
const ApiRoute api_queue_routes[] = {
	{HTTP_GET, "workers", API_KNOWN, list_workers},
	{HTTP_GET, "queues", API_KNOWN, list},
	{HTTP_GET, "queues/*", API_KNOWN, get},
	{HTTP_PUT, "queues/*", API_KNOWN, set},
	{HTTP_POST, "queues/*/pause", API_KNOWN, pause_one},
	{HTTP_POST, "queues/*/resume", API_KNOWN, resume},
	{HTTP_OTHER, NULL, API_KNOWN, NULL},
};

static void
list_workers(ApiRequest *request)
{
	api_ask(request, DB_LIST_WORKERS, NULL, 200);
}

static void
list(ApiRequest *request)
{
	api_ask(request, DB_LIST_QUEUES, NULL, 200);
}

static void
get(ApiRequest *request)
{
	api_ask(request, DB_GET_QUEUE, request->parameters, 200);
}

static void
set(ApiRequest *request)
{
	size_t length;

	api_ask(request,
	        DB_SET_QUEUE,
	        (const char *[]){request->parameters[0],
	                         http_body(request->http, &length)},
	        200);
}

static void
pause_one(ApiRequest *request)
{
	api_ask(request, DB_PAUSE_QUEUE, request->parameters, 200);
}

static void
resume(ApiRequest *request)
{
	api_ask(request, DB_RESUME_QUEUE, request->parameters, 200);
}
