/*
 * llm_call.c
 *		One question to a language model, asked again where that may help.
 */
#include "llm_call.h"

#include "loop.h"
#include "memory.h"
#include "sse.h"

#include <stdlib.h>
#include <string.h>

/* Bytes of one event, of a whole answer, and of an error's answer. */
#define EVENT_LIMIT ((size_t) 1024 * 1024)
#define TEXT_LIMIT ((size_t) 8 * 1024 * 1024)
#define ERROR_LIMIT ((size_t) 256 * 1024)

/* Milliseconds that back-off grows to. */
#define LONGEST_PAUSE 30000.0

struct LlmCall
{
	LlmSettings settings;
	LlmCallCallback callback;
	void *context;
	FetchRequest request;
	FetchHeader headers[4];
	Fetch *fetch;     /* while it is asked */
	LoopTimer *timer; /* until it is asked again */
	int retries;      /* that were made */
	Sse sse;
	LlmAnswer answer;
	size_t received; /* bytes of this answer */
	LlmReply reply;
};

static void build(LlmCall *call, const LlmRequest *request);
static void add_header(LlmCall *call, const char *name, const char *value);
static void ask(void *context);
static bool take_piece(void *context, const char *bytes, size_t length);
static bool take_event(void *context, const char *data, size_t length);
static void answered(void *context, const FetchAnswer *answer);
static void read_answer(LlmCall *call, const FetchAnswer *answer);
static const char *read_error(const LlmCall *call, const FetchAnswer *answer);
static bool may_retry(const LlmCall *call, const FetchAnswer *answer);
static bool retry(LlmCall *call, const FetchAnswer *answer);
static void finish(LlmCall *call);
static void destroy(LlmCall *call);

LlmCall *
llm_call_start(const LlmSettings *settings, const LlmRequest *request,
               LlmCallCallback callback, void *context)
{
	LlmCall *call = memory_alloc(sizeof(*call));

	call->settings = *settings;
	call->callback = callback;
	call->context = context;
	call->timer = loop_timer_create(ask, call);
	build(call, request);
	ask(call);
	return call;
}

void
llm_call_stop(LlmCall *call)
{
	if (call->fetch)
		fetch_stop(call->fetch);
	destroy(call);
}

static void
build(LlmCall *call, const LlmRequest *request)
{
	const LlmSettings *settings = &call->settings;
	Arena *arena = settings->arena;
	JsonWriter *writer = json_writer_create();
	size_t length = strlen(settings->url);

	while (length > 0 && settings->url[length - 1] == '/')
		length--;
	settings->wire->print(request, writer);
	call->request.method = "POST";
	call->request.url = arena_print(
		arena, "%.*s%s", (int) length, settings->url, settings->wire->path);
	call->request.body_length = json_writer_length(writer);
	call->request.body =
		arena_copy(arena, json_writer_text(writer), call->request.body_length);
	json_writer_destroy(writer);
	call->request.headers = call->headers;
	call->request.size_limit = ERROR_LIMIT;
	call->request.take = take_piece;
	call->request.context = call;
	add_header(call, "Content-Type", "application/json");
	add_header(call, "Accept", "text/event-stream");
	if (settings->wire == &llm_anthropic)
	{
		add_header(call, "anthropic-version", "2023-06-01");
		add_header(call, "x-api-key", settings->key);
	}
	else if (settings->key)
		add_header(call,
		           "Authorization",
		           arena_print(arena, "Bearer %s", settings->key));
}

static void
add_header(LlmCall *call, const char *name, const char *value)
{
	FetchHeader *header = &call->headers[call->request.header_count++];

	header->name = name;
	header->value = value;
}

static void
ask(void *context)
{
	LlmCall *call = context;
	uint64_t now = loop_now();
	uint64_t deadline = call->settings.deadline;

	llm_answer_init(&call->answer, call->settings.arena);
	sse_init(&call->sse, call->settings.arena, EVENT_LIMIT, take_event, call);
	call->received = 0;
	call->request.time_limit = deadline > now ? deadline - now : 1;
	call->fetch = fetch_start(call->settings.fetcher,
	                          call->settings.arena,
	                          &call->request,
	                          answered,
	                          call);
}

static bool
take_piece(void *context, const char *bytes, size_t length)
{
	LlmCall *call = context;

	call->received += length;
	return call->received <= TEXT_LIMIT && sse_take(&call->sse, bytes, length);
}

static bool
take_event(void *context, const char *data, size_t length)
{
	LlmCall *call = context;
	const LlmSettings *settings = &call->settings;

	if (!settings->wire->take(&call->answer, data, length))
		return false;
	settings->heard(settings->heard_context, &call->answer);
	return true;
}

static void
answered(void *context, const FetchAnswer *answer)
{
	LlmCall *call = context;

	call->fetch = NULL;
	read_answer(call, answer);
	if (call->reply.end != LLM_CALL_DONE && may_retry(call, answer) &&
	    retry(call, answer))
		return;
	finish(call);
}

static void
read_answer(LlmCall *call, const FetchAnswer *answer)
{
	LlmReply *reply = &call->reply;

	memset(reply, 0, sizeof(*reply));
	reply->fetch = answer->end;
	if (answer->end == FETCH_UNWANTED)
	{
		reply->end = LLM_CALL_BAD;
		reply->error = "the model's answer cannot be understood: it is too "
					   "long, or not what its provider documents";
	}
	else if (call->answer.error)
	{
		reply->end = LLM_CALL_STATUS;
		reply->error = arena_print(
			call->settings.arena,
			"the model's provider broke off: %s",
			redactor_clean_text(call->settings.redactor, call->answer.error));
	}
	else if (answer->end == FETCH_ANSWERED && answer->status != 200)
	{
		reply->end = LLM_CALL_STATUS;
		reply->error = read_error(call, answer);
		reply->retry_after = answer->retry_after;
	}
	/* One whose end came is whole, however its connection ended. */
	else if (call->answer.is_complete)
		reply->end = LLM_CALL_DONE;
	else if (answer->end != FETCH_ANSWERED)
	{
		reply->end = LLM_CALL_FAILED;
		reply->error = answer->error;
	}
	else
	{
		reply->end = LLM_CALL_FAILED;
		reply->fetch = FETCH_BROKEN;
		reply->error = "the model's answer ended before it was complete";
	}
}

/* A key that it quotes goes before the text is cut: half of one is not found. */
static const char *
read_error(const LlmCall *call, const FetchAnswer *answer)
{
	Arena *arena = call->settings.arena;
	const char *message = NULL;
	JsonView document;
	size_t where;

	if (json_view_check(answer->body, answer->body_length, &document, &where) ==
	    NULL)
		message = redactor_clean_text(call->settings.redactor,
		                              llm_error_message(document, arena));
	return arena_print(arena,
	                   "the model's provider answered with status %d%s%.500s",
	                   answer->status,
	                   message ? ": " : "",
	                   message ? message : "");
}

static bool
may_retry(const LlmCall *call, const FetchAnswer *answer)
{
	if (call->retries >= call->settings.config->max_retries)
		return false;
	if (call->reply.end == LLM_CALL_FAILED)
		return call->reply.fetch == FETCH_BROKEN ||
		       call->reply.fetch == FETCH_NOT_FOUND;
	return call->reply.end == LLM_CALL_STATUS &&
	       (call->answer.error || answer->status == 429 ||
	        answer->status >= 500);
}

/* false: it would be too late. */
static bool
retry(LlmCall *call, const FetchAnswer *answer)
{
	double pause = call->settings.config->retry_delay * 1000;
	double asked = answer->retry_after * 1000;

	for (int i = 0; i < call->retries && pause < LONGEST_PAUSE; i++)
		pause *= 2;
	if (pause > LONGEST_PAUSE)
		pause = LONGEST_PAUSE;
	/* Those that were refused together must not come back together. */
	pause *= 0.75 + 0.25 * (double) random() / (double) RAND_MAX;
	if (pause < asked)
		pause = asked;
	if (loop_now() + (uint64_t) pause >= call->settings.deadline)
		return false;
	call->retries++;
	loop_timer_set(call->timer, (uint64_t) pause);
	return true;
}

static void
finish(LlmCall *call)
{
	LlmCallCallback callback = call->callback;
	void *context = call->context;
	LlmReply reply = call->reply;
	LlmAnswer *answer = arena_alloc(call->settings.arena, sizeof(*answer));

	*answer = call->answer;
	if (answer->model == NULL)
		answer->model = "";
	reply.answer = answer;
	destroy(call);
	callback(context, &reply);
}

static void
destroy(LlmCall *call)
{
	loop_timer_destroy(call->timer);
	free(call);
}
