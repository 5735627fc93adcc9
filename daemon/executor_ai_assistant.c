/*
 * executor_ai_assistant.c
 *		One answer of an assistant: its last one, or one that calls tools.
 *
 * The database keeps what was said, starts the tools and waits for them: an
 * answer that calls some is a result like any other, and whoever is handed the
 * step after that goes on from what the database tells.
 */
#include "executor_ai_transcript.h"
#include "loop.h"

#include <inttypes.h>
#include <string.h>

/* Bytes of a session's name. */
#define SESSION_MAX 200

/* All of it is the task's arena's. */
typedef struct AssistantRun
{
	const ExecutorTask *task;
	Execution *execution;
	LlmChat *chat; /* NULL: there is nobody to talk to */
	const char *message;
	const char *session; /* NULL: nothing is remembered */
	JsonView state;
	bool may_call; /* tools, in this answer */
	ExecutorResult result;
} AssistantRun;

static void *start(const ExecutorTask *task, Execution *execution);
static void cancel(void *running);
static bool read_inputs(AssistantRun *run);
static const char *read_input(const ExecutorTask *task, const char *name);
static void
refuse(AssistantRun *run, ExecutorFailure failure, const char *error);
static void tell_refusal(void *context);
static void ask_for_state(AssistantRun *run);
static void state_told(void *context, JsonView state);
static bool may_call(const AssistantRun *run);
static void answered(void *context, const LlmAnswer *answer, JsonView json);
static void go_on(AssistantRun *run, const LlmAnswer *answer);
static void end(AssistantRun *run, const LlmAnswer *answer, JsonView json);
static void print_result(const AssistantRun *run, const LlmAnswer *answer,
                         JsonView json, JsonWriter *writer);
static void print_memory(const AssistantRun *run, const LlmAnswer *answer,
                         JsonWriter *writer);
static JsonView take(const AssistantRun *run, JsonWriter *writer);

const ExecutorKind executor_ai_assistant = {
	.name = "ai_assistant",
	.start = start,
	.cancel = cancel,
};

static void *
start(const ExecutorTask *task, Execution *execution)
{
	AssistantRun *run = arena_alloc(task->arena, sizeof(*run));
	const char *error = NULL;

	run->task = task;
	run->execution = execution;
	if (!read_inputs(run))
		return run;
	run->chat = executor_llm_chat_create(task, execution, &error);
	if (run->chat)
		ask_for_state(run);
	else
		refuse(run, EXECUTOR_REFUSED, error);
	return run;
}

static void
cancel(void *running)
{
	AssistantRun *run = running;

	if (run->chat)
		executor_llm_chat_cancel(run->chat);
}

static bool
read_inputs(AssistantRun *run)
{
	run->message = read_input(run->task, "message");
	run->session = read_input(run->task, "session");
	if (run->message == NULL)
		refuse(run, EXECUTOR_BAD_INPUT, "Missing input variables: message");
	else if (run->session &&
	         (*run->session == '\0' || strlen(run->session) > SESSION_MAX))
		refuse(run,
		       EXECUTOR_BAD_INPUT,
		       "the input \"session\" must have 1 to 200 bytes");
	else
		return true;
	return false;
}

/* A text as it is, any other value as JSON; NULL for null and none. */
static const char *
read_input(const ExecutorTask *task, const char *name)
{
	JsonView value = json_view_find(task->inputs, name);

	if (json_view_kind(value) == JSON_VIEW_STRING)
		return json_view_text(value, task->arena);
	if (value.text == NULL || json_view_kind(value) == JSON_VIEW_NULL)
		return NULL;
	return arena_copy(task->arena, value.text, value.length);
}

static void
refuse(AssistantRun *run, ExecutorFailure failure, const char *error)
{
	run->result = executor_fail(run->task, failure, "%s", error);
	loop_defer(tell_refusal, run);
}

static void
tell_refusal(void *context)
{
	AssistantRun *run = context;

	executor_finish(run->execution, &run->result);
}

static void
ask_for_state(AssistantRun *run)
{
	const ExecutorTask *task = run->task;
	Arena *arena = task->arena;

	executor_llm_chat_query(
		run->chat,
		DB_GET_ASSISTANT_STATE,
		(const char *[]){task->tools->epoch,
	                     task->run_id,
	                     arena_print(arena, "%" PRId64, task->step_ordinal),
	                     arena_print(arena, "%" PRId64, task->attempt),
	                     run->session},
		state_told,
		run);
}

static void
state_told(void *context, JsonView state)
{
	AssistantRun *run = context;
	const ExecutorTask *task = run->task;
	int rounds;

	run->state = state;
	run->may_call = may_call(run);
	executor_llm_chat_set_system(
		run->chat,
		json_view_text(json_view_find(task->config, "system_prompt"),
	                   task->arena));
	executor_llm_chat_set_tools(
		run->chat, json_view_find(state, "tools"), run->may_call);
	rounds =
		executor_ai_transcript_say(run->chat, state, run->message, task->arena);
	executor_llm_chat_set_earlier(
		run->chat, rounds, json_view_find(state, "usage"));
	executor_llm_chat_ask(run->chat, answered, run);
}

/* Not for ever: at last the model has to say something. */
static bool
may_call(const AssistantRun *run)
{
	const char *choice = json_view_text(
		json_view_find(run->task->config, "tool_choice"), run->task->arena);
	int64_t left = 0;

	json_view_integer(json_view_find(run->state, "rounds_left"), &left);
	return left > 0 && !(choice && strcmp(choice, "none") == 0);
}

static void
answered(void *context, const LlmAnswer *answer, JsonView json)
{
	AssistantRun *run = context;
	ExecutorResult result;

	if (answer->call_count == 0)
		end(run, answer, json);
	else if (run->may_call)
		go_on(run, answer);
	else
	{
		result = executor_fail(run->task,
		                       EXECUTOR_BAD_OUTPUT,
		                       "the model calls tools where it was to answer");
		executor_llm_chat_finish(run->chat, &result);
	}
}

static void
go_on(AssistantRun *run, const LlmAnswer *answer)
{
	ExecutorResult result = {.failure = EXECUTOR_SUCCESS};
	JsonWriter *writer = json_writer_create();

	json_write_open(writer, '{');
	json_write_name(writer, "text");
	json_write_text(writer, text_buffer_text(answer->text));
	json_write_close(writer, '}');
	result.result = take(run, writer);
	executor_ai_transcript_print_calls(answer, writer);
	result.tool_calls = take(run, writer);
	json_writer_destroy(writer);
	executor_llm_chat_finish(run->chat, &result);
}

static void
end(AssistantRun *run, const LlmAnswer *answer, JsonView json)
{
	ExecutorResult result = {.failure = EXECUTOR_SUCCESS};
	JsonWriter *writer = json_writer_create();

	print_result(run, answer, json, writer);
	result.result = take(run, writer);
	if (run->session)
	{
		print_memory(run, answer, writer);
		result.memory = take(run, writer);
	}
	json_writer_destroy(writer);
	executor_llm_chat_finish(run->chat, &result);
}

static void
print_result(const AssistantRun *run, const LlmAnswer *answer, JsonView json,
             JsonWriter *writer)
{
	json_write_open(writer, '{');
	json_write_name(writer, "text");
	json_write_text(writer, text_buffer_text(answer->text));
	json_write_name(writer, "json");
	json_write_view(writer, json);
	json_write_name(writer, "tool_calls");
	executor_ai_transcript_print_rounds(run->state, writer);
	json_write_name(writer, "model");
	json_write_text(writer, answer->model);
	json_write_name(writer, "usage");
	json_write_view(writer, executor_llm_chat_usage(run->chat));
	json_write_name(writer, "stop_reason");
	json_write_text(writer, answer->stop_reason);
	json_write_name(writer, "session");
	json_write_text(writer, run->session);
	json_write_close(writer, '}');
}

static void
print_memory(const AssistantRun *run, const LlmAnswer *answer,
             JsonWriter *writer)
{
	json_write_open(writer, '{');
	json_write_name(writer, "session");
	json_write_text(writer, run->session);
	json_write_name(writer, "message");
	json_write_text(writer, run->message);
	json_write_name(writer, "answer");
	json_write_text(writer, text_buffer_text(answer->text));
	json_write_close(writer, '}');
}

/* What was written, which is the arena's then; the writer is empty. */
static JsonView
take(const AssistantRun *run, JsonWriter *writer)
{
	JsonView view = {NULL, json_writer_length(writer)};

	view.text =
		arena_copy(run->task->arena, json_writer_text(writer), view.length);
	json_writer_reset(writer);
	return view;
}
