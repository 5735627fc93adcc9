/*
 * executor_llm_chat.c
 *		A step's talk with a language model, from its first word to its result.
 */
#include "executor_llm_chat.h"

#include "executor_fetch.h"
#include "llm_format.h"
#include "loop.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* All of it is the task's arena's. */
struct LlmChat
{
	const ExecutorTask *task;
	Execution *execution;
	LlmSettings settings;
	LlmRequest request;
	LlmMessage *messages;
	LlmMessage **last; /* where the next message goes */

	/* At most one of these is under way. */
	LlmCall *call;
	DbRequest *query;
	LlmChatRead query_callback;
	void *query_context;

	LlmChatCallback callback; /* of the question to the model */
	void *context;
	const LlmAnswer *answer;
	JsonView json;
	bool is_reminded; /* of the form of its answer */

	TokenStream *tokens;          /* NULL: nobody looks on */
	const TextBuffer *heard_text; /* of the answer that is coming in */
	size_t heard_length;

	int64_t input_tokens;
	int64_t output_tokens;
	const char *model; /* that answered last */
	ExecutorResult result;
	bool is_over;
};

static void read_model(LlmChat *chat, const char **error);
static JsonView
find_or(JsonView config, const char *name, const char *fallback);
static void send_request(LlmChat *chat);
static void heard(void *context, const LlmAnswer *answer);
static void replied(void *context, const LlmReply *reply);
static void fail(LlmChat *chat, const LlmReply *reply);
static ExecutorFailure find_failure(const LlmReply *reply);
static void check_form(LlmChat *chat);
static void form_checked(void *context, JsonView errors);
static void remind(LlmChat *chat, const char *complaint);
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
	send_request(chat);
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
executor_llm_chat_finish(LlmChat *chat, const ExecutorResult *result)
{
	JsonWriter *writer;

	token_stream_close(chat->tokens);
	chat->result = *result;
	if (chat->is_over || chat->model == NULL)
	{
		chat->is_over = true;
		loop_defer(finish, chat);
		return;
	}
	chat->is_over = true;
	writer = json_writer_create();
	executor_llm_chat_print_usage(chat, writer);
	executor_llm_chat_query(
		chat,
		DB_PRICE_USAGE,
		(const char *[]){chat->model, json_writer_text(writer)},
		priced,
		chat);
	json_writer_destroy(writer);
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

void
executor_llm_chat_print_usage(const LlmChat *chat, JsonWriter *writer)
{
	json_write_open(writer, '{');
	json_write_name(writer, "input_tokens");
	json_write_integer(writer, chat->input_tokens);
	json_write_name(writer, "output_tokens");
	json_write_integer(writer, chat->output_tokens);
	json_write_close(writer, '}');
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
}

static JsonView
find_or(JsonView config, const char *name, const char *fallback)
{
	JsonView value = json_view_find(config, name);

	if (json_view_kind(value) == JSON_VIEW_NUMBER)
		return value;
	return (JsonView){fallback, strlen(fallback)};
}

static void
send_request(LlmChat *chat)
{
	chat->request.messages = chat->messages;
	chat->call = llm_call_start(&chat->settings, &chat->request, replied, chat);
}

static void
heard(void *context, const LlmAnswer *answer)
{
	LlmChat *chat = context;
	size_t length = text_buffer_length(answer->text);

	if (chat->heard_text != answer->text)
	{
		token_stream_begin(chat->tokens);
		chat->heard_text = answer->text;
		chat->heard_length = 0;
	}
	token_stream_add(chat->tokens,
	                 text_buffer_text(answer->text) + chat->heard_length,
	                 length - chat->heard_length);
	chat->heard_length = length;
}

static void
replied(void *context, const LlmReply *reply)
{
	LlmChat *chat = context;

	chat->call = NULL;
	chat->input_tokens += reply->answer->input_tokens;
	chat->output_tokens += reply->answer->output_tokens;
	if (reply->end != LLM_CALL_DONE)
	{
		fail(chat, reply);
		return;
	}
	chat->answer = reply->answer;
	chat->model =
		*chat->answer->model ? chat->answer->model : chat->request.model;
	chat->json = llm_format_find_json(text_buffer_text(chat->answer->text),
	                                  chat->task->arena);
	if (chat->request.is_json && chat->answer->call_count == 0)
		check_form(chat);
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

/* The rule is the database's, as for every JSON Schema. */
static void
check_form(LlmChat *chat)
{
	Arena *arena = chat->task->arena;
	JsonView schema = chat->request.schema;

	if (chat->json.text == NULL)
		remind(chat, "It is not JSON.");
	else if (schema.text == NULL)
		chat->callback(chat->context, chat->answer, chat->json);
	else
		executor_llm_chat_query(
			chat,
			DB_JSON_SCHEMA_ERRORS,
			(const char *[]){
				arena_copy(arena, schema.text, schema.length),
				arena_copy(arena, chat->json.text, chat->json.length)},
			form_checked,
			chat);
}

/* errors: an array of texts. */
static void
form_checked(void *context, JsonView errors)
{
	LlmChat *chat = context;
	TextBuffer *complaint = text_buffer_create(chat->task->arena);
	JsonWalk walk = json_view_walk(errors);

	while (json_view_next(&walk))
	{
		if (text_buffer_length(complaint) > 0)
			text_buffer_add_text(complaint, "; ");
		text_buffer_add_text(complaint,
		                     json_view_text(walk.value, chat->task->arena));
	}
	if (text_buffer_length(complaint) == 0)
		chat->callback(chat->context, chat->answer, chat->json);
	else
		remind(chat, text_buffer_text(complaint));
}

/* Once: who does not understand it then will not. */
static void
remind(LlmChat *chat, const char *complaint)
{
	Arena *arena = chat->task->arena;
	ExecutorResult result;

	if (!chat->is_reminded)
	{
		chat->is_reminded = true;
		executor_llm_chat_say(
			chat, LLM_ASSISTANT, text_buffer_text(chat->answer->text));
		executor_llm_chat_say(
			chat,
			LLM_USER,
			arena_print(arena,
		                "Your answer does not have the form that was asked "
		                "for: %s Answer again, with nothing but the JSON.",
		                complaint));
		send_request(chat);
		return;
	}
	result = executor_fail(chat->task,
	                       EXECUTOR_BAD_OUTPUT,
	                       "the model's answer does not match response_format, "
	                       "asked twice: %s",
	                       complaint);
	executor_llm_chat_finish(chat, &result);
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
