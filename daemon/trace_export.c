/*
 * trace_export.c
 *		Runs that ended here, sent on as traces (OTLP/HTTP, JSON).
 *
 * One batch is under way at a time; what ends meanwhile gathers for the next.
 */
#include "trace_export.h"

#include "log.h"
#include "loop.h"
#include "memory.h"

#include <stdlib.h>
#include <string.h>

#define PERIOD 1000      /* milliseconds that runs gather */
#define TIME_LIMIT 10000 /* for the receiver to answer */
#define ANSWER_LIMIT 65536
#define RUNS_MAX 500     /* in a batch */
#define WAITING_MAX 5000 /* runs; more are dropped */
#define HEADERS_MAX 8
#define ID_LENGTH 36

struct TraceExport
{
	Db *db;
	Fetcher *fetcher;
	char *url;
	const char *service;
	char *header_texts; /* cut into pieces by names and values */
	FetchHeader headers[HEADERS_MAX];
	int header_count;

	char (*waiting)[ID_LENGTH + 1];
	int count;
	uint64_t dropped;
	LoopTimer *timer;

	/* The batch under way. */
	Arena *arena; /* NULL: none is */
	int batch;    /* runs in it */
	DbRequest *request;
	Fetch *fetch;
	bool is_failing; /* a trouble is told once */
};

static char *make_url(const char *endpoint);
static void read_headers(TraceExport *export, const char *text);
static void send_batch(void *context);
static const char *print_array(const TraceExport *export);
static void was_made(void *context, DbResult *result, const Error *error);
static void was_posted(void *context, const FetchAnswer *answer);
static void end_batch(TraceExport *export, const char *problem);

TraceExport *
trace_export_create(const Config *config, Db *db, Fetcher *fetcher)
{
	TraceExport *export;

	if (config->traces_endpoint == NULL)
		return NULL;
	export = memory_alloc(sizeof(*export));
	export->db = db;
	export->fetcher = fetcher;
	export->url = make_url(config->traces_endpoint);
	export->service = config->traces_service;
	export->waiting = memory_alloc(WAITING_MAX * sizeof(*export->waiting));
	export->timer = loop_timer_create(send_batch, export);
	if (config->traces_headers)
		read_headers(export, config->traces_headers);
	export->headers[export->header_count++] =
		(FetchHeader){"Content-Type", "application/json"};
	return export;
}

void
trace_export_destroy(TraceExport *export)
{
	if (export == NULL)
		return;
	if (export->request)
		db_forget(export->request);
	if (export->fetch)
		fetch_stop(export->fetch);
	if (export->arena)
		arena_destroy(export->arena);
	loop_timer_destroy(export->timer);
	free(export->url);
	free(export->waiting);
	free(export->header_texts);
	free(export);
}

void
trace_export_add(TraceExport *export, const char *run_id)
{
	if (export == NULL || strlen(run_id) != ID_LENGTH)
		return;
	if (export->count == WAITING_MAX)
	{
		export->dropped++;
		return;
	}
	memcpy(export->waiting[export->count], run_id, ID_LENGTH + 1);
	if (export->count++ == 0 && export->arena == NULL)
		loop_timer_set(export->timer, PERIOD);
}

static char *
make_url(const char *endpoint)
{
	static const char path[] = "/v1/traces";
	size_t length = strlen(endpoint);
	char *url = memory_alloc(length + sizeof(path));

	while (length > 0 && endpoint[length - 1] == '/')
		length--;
	memcpy(url, endpoint, length);
	memcpy(url + length, path, sizeof(path));
	return url;
}

/* "name=value,name=value", as the variable of OpenTelemetry has them. */
static void
read_headers(TraceExport *export, const char *text)
{
	char *rest = export->header_texts = memory_copy_text(text);
	char *pair;

	while ((pair = strsep(&rest, ",")) != NULL &&
	       export->header_count < HEADERS_MAX - 1)
	{
		char *value = strchr(pair, '=');

		if (value == NULL)
			continue;
		*value++ = '\0';
		export->headers[export->header_count++] =
			(FetchHeader){pair + strspn(pair, " "), value};
	}
}

static void
send_batch(void *context)
{
	TraceExport *export = context;
	const char *values[2];

	if (export->count == 0 || export->arena)
		return;
	export->arena = arena_create();
	export->batch = export->count < RUNS_MAX ? export->count : RUNS_MAX;
	values[0] = print_array(export);
	values[1] = export->service;
	export->request =
		db_send(export->db, DB_RUN_TRACES, values, was_made, export);
}

/* "{id,id}" of the runs that waited longest, which wait no more. */
static const char *
print_array(const TraceExport *export)
{
	size_t size = (size_t) export->batch * (ID_LENGTH + 1) + 2;
	char *text = arena_alloc(export->arena, size);
	char *end = text;

	*end++ = '{';
	for (int i = 0; i < export->batch; i++)
	{
		if (i > 0)
			*end++ = ',';
		memcpy(end, export->waiting[i], ID_LENGTH);
		end += ID_LENGTH;
	}
	*end++ = '}';
	*end = '\0';
	return text;
}

static void
was_made(void *context, DbResult *result, const Error *error)
{
	TraceExport *export = context;
	FetchRequest *request;

	export->request = NULL;
	if (error)
	{
		end_batch(export, error->message);
		return;
	}
	db_result_keep(result, export->arena);
	request = arena_alloc(export->arena, sizeof(*request));
	request->method = "POST";
	request->url = export->url;
	request->headers = export->headers;
	request->header_count = export->header_count;
	request->body = db_result_text(result, 0, 0);
	request->body_length = db_result_length(result, 0, 0);
	request->time_limit = TIME_LIMIT;
	request->size_limit = ANSWER_LIMIT;
	export->fetch = fetch_start(
		export->fetcher, export->arena, request, was_posted, export);
}

static void
was_posted(void *context, const FetchAnswer *answer)
{
	TraceExport *export = context;

	export->fetch = NULL;
	if (answer->end != FETCH_ANSWERED)
		end_batch(export, answer->error);
	else if (answer->status >= 300)
		end_batch(export,
		          arena_print(export->arena, "status %d", answer->status));
	else
		end_batch(export, NULL);
}

/* problem NULL: it was taken. */
static void
end_batch(TraceExport *export, const char *problem)
{
	if (problem)
		export->dropped += (uint64_t) export->batch;
	if (problem && !export->is_failing)
		log_warning(
			"traces cannot be sent",
			LOG_FIELDS(log_text("why", problem),
		               log_number("dropped", (int64_t) export->dropped)));
	if (problem == NULL && export->is_failing)
		log_info("traces are sent again",
		         LOG_FIELDS(log_number("dropped", (int64_t) export->dropped)));
	export->is_failing = problem != NULL;
	export->count -= export->batch;
	memmove(export->waiting,
	        export->waiting + export->batch,
	        (size_t) export->count * sizeof(*export->waiting));
	arena_destroy(export->arena);
	export->arena = NULL;
	if (export->count > 0)
		loop_timer_set(export->timer, PERIOD);
}
