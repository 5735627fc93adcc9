/*
 * executor_llm_chat.c
 *		A step's talk with a language model, from its first word to its result.
 */
#include "executor_llm_chat_body.h"

#include "executor_fetch.h"
#include "llm_format.h"
#include "loop.h"

#include <string.h>

static void read_model(LlmChat *chat, const char **error);
static JsonView
find_or(JsonView config, const char *name, const char *fallback);
static void heard(void *context, const LlmAnswer *answer);
static void replied(void *context, const LlmReply *reply);
static void fail(LlmChat *chat, const LlmReply *reply);
static ExecutorFailure find_failure(const LlmReply *reply);
static void queried(void *context, DbResult *result, const Error *error);
static void priced(void *context, JsonView usage);
static void finish(void *context);

LlmChat *
executor_llm_chat_create(const ExecutorTask *task, Execution *execution,
                         const char **error)
{
	LlmChat *chat = arena_alloc(task->arena, sizeof(*chat));

	chat->task = task;
	chat->execution = execution;
	chat->last = &chat->messages;
	chat->settings.config = task->settings;
	chat->settings.fetcher = task->tools->fetcher;
	chat->settings.arena = task->arena;
	chat->settings.redactor = executor_redactor(execution);
	chat->settings.deadline = loop_now() + executor_time_limit(task);
	chat->settings.heard = heard;
	chat->settings.heard_context = chat;
	chat->tokens = token_stream_open(
		task->tools->tokens,
		task->arena,
		&(TokenSource){.run_id = task->run_id,
	                   .step_ordinal = task->step_ordinal,
	                   .attempt = task->attempt,
	                   .redactor = executor_redactor(execution)});
	chat->request.is_tool_allowed = true;
	read_model(chat, error);
	return *error ? NULL : chat;
}

void
executor_llm_chat_set_system(LlmChat *chat, const char *system)
{
	chat->request.system = system;
}

void
executor_llm_chat_set_tools(LlmChat *chat, JsonView tools, bool is_allowed)
{
	chat->request.tools = tools;
	chat->request.is_tool_allowed = is_allowed;
}

void
executor_llm_chat_say(LlmChat *chat, LlmRole role, const char *text)
{
	LlmMessage *message = arena_alloc(chat->task->arena, sizeof(*message));

	message->role = role;
	message->text = text;
	executor_llm_chat_add(chat, message);
}

void
executor_llm_chat_add(LlmChat *chat, LlmMessage *message)
{
	*chat->last = message;
	chat->last = &message->next;
}

void
executor_llm_chat_ask(LlmChat *chat, LlmChatCallback callback, void *context)
{
	chat->callback = callback;
	chat->context = context;
	chat->is_reminded = false;
	executor_llm_chat_send(chat);
}

void
executor_llm_chat_query(LlmChat *chat, DbStatement statement,
                        const char *const *values, LlmChatRead callback,
                        void *context)
{
	chat->query_callback = callback;
	chat->query_context = context;
	chat->query =
		db_send(chat->task->tools->db, statement, values, queried, chat);
}

void
executor_llm_chat_set_earlier(LlmChat *chat, int rounds, JsonView usage)
{
	token_stream_set_round(chat->tokens, rounds + 1);
	executor_llm_bill_set_earlier(&chat->bill, usage);
}

/* What goes on with its tools has its price in the end. */
void
executor_llm_chat_finish(LlmChat *chat, const ExecutorResult *result)
{
	Arena *arena = chat->task->arena;
	JsonView usage = executor_llm_bill_total(&chat->bill, arena);

	token_stream_close(chat->tokens);
	chat->result = *result;
	chat->is_over = true;
	if (result->tool_calls.text)
		chat->result.usage = executor_llm_bill_round(&chat->bill, arena);
	else
		chat->result.usage = usage;
	if (usage.text == NULL || result->tool_calls.text)
		loop_defer(finish, chat);
	else
		executor_llm_chat_query(chat,
		                        DB_PRICE_USAGE,
		                        (const char *[]){chat->model, usage.text},
		                        priced,
		                        chat);
}

void
executor_llm_chat_cancel(LlmChat *chat)
{
	if (chat->call == NULL && chat->query == NULL)
		return;
	if (chat->call)
		llm_call_stop(chat->call);
	if (chat->query)
		db_forget(chat->query);
	chat->call = NULL;
	chat->query = NULL;
	chat->is_over = true;
	token_stream_close(chat->tokens);
	chat->result = executor_fail(
		chat->task, EXECUTOR_CANCELLED, "the model's answer was cancelled");
	loop_defer(finish, chat);
}

JsonView
executor_llm_chat_usage(const LlmChat *chat)
{
	return executor_llm_bill_total(&chat->bill, chat->task->arena);
}

static void
read_model(LlmChat *chat, const char **error)
{
	JsonView config = chat->task->config;
	LlmRequest *request = &chat->request;

	request->model =
		json_view_text(json_view_find(config, "model_name"), chat->task->arena);
	request->temperature = find_or(config, "temperature", "0.7");
	request->max_tokens = find_or(config, "max_tokens", "1000");
	llm_format_read(
		json_view_find(config, "response_format"), request, chat->task->arena);
	*error = llm_settings_choose(&chat->settings, &request->model);
	chat->model = request->model;
}

static JsonView
find_or(JsonView config, const char *name, const char *fallback)
{
	JsonView value = json_view_find(config, name);

	if (json_view_kind(value) == JSON_VIEW_NUMBER)
		return value;
	return (JsonView){fallback, strlen(fallback)};
}

void
executor_llm_chat_send(LlmChat *chat)
{
	chat->request.messages = chat->messages;
	chat->call = llm_call_start(&chat->settings, &chat->request, replied, chat);
}

static void
heard(void *context, const LlmAnswer *answer)
{
	LlmChat *chat = context;

	token_stream_hear(chat->tokens, answer->text);
}

static void
replied(void *context, const LlmReply *reply)
{
	LlmChat *chat = context;

	chat->call = NULL;
	executor_llm_bill_add(&chat->bill, reply->answer);
	if (reply->end != LLM_CALL_DONE)
	{
		fail(chat, reply);
		return;
	}
	chat->answer = reply->answer;
	if (*chat->answer->model)
		chat->model = chat->answer->model;
	chat->json = llm_format_find_json(text_buffer_text(chat->answer->text),
	                                  chat->task->arena);
	if (chat->request.is_json && chat->answer->call_count == 0)
		executor_llm_form_check(chat);
	else
		chat->callback(chat->context, chat->answer, chat->json);
}

static void
fail(LlmChat *chat, const LlmReply *reply)
{
	ExecutorResult result =
		executor_fail(chat->task, find_failure(reply), "%s", reply->error);

	result.retry_after = reply->retry_after;
	executor_llm_chat_finish(chat, &result);
}

static ExecutorFailure
find_failure(const LlmReply *reply)
{
	switch (reply->end)
	{
		case LLM_CALL_DONE:
			return EXECUTOR_SUCCESS;
		case LLM_CALL_STATUS:
			return EXECUTOR_HTTP_STATUS;
		case LLM_CALL_BAD:
			return EXECUTOR_BAD_OUTPUT;
		case LLM_CALL_FAILED:
			break;
	}
	return executor_fetch_failure(reply->fetch);
}

static void
queried(void *context, DbResult *result, const Error *error)
{
	LlmChat *chat = context;
	ExecutorResult failure;

	chat->query = NULL;
	if (error == NULL)
	{
		JsonView document = json_view_trust(db_result_text(result, 0, 0));

		document.text =
			arena_copy(chat->task->arena, document.text, document.length);
		chat->query_callback(chat->query_context, document);
		return;
	}
	/* What has its result does not lose it for want of a price. */
	if (chat->is_over)
	{
		finish(chat);
		return;
	}
	failure = executor_fail(
		chat->task, EXECUTOR_UNAVAILABLE, "the database: %s", error->message);
	executor_llm_chat_finish(chat, &failure);
}

static void
priced(void *context, JsonView usage)
{
	LlmChat *chat = context;

	chat->result.usage = usage;
	finish(chat);
}

static void
finish(void *context)
{
	LlmChat *chat = context;

	executor_finish(chat->execution, &chat->result);
}
