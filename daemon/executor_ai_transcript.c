/*
 * executor_ai_transcript.c
 *		What an assistant said and heard so far, from the database into a talk.
 */
#include "executor_ai_transcript.h"

#include <string.h>

static void say_something(LlmChat *chat, LlmRole role, const char *text);
static const char *find_text(JsonView object, const char *name, Arena *arena);
static void say_round(LlmChat *chat, JsonView round, Arena *arena);
static LlmToolCall *read_calls(JsonView calls, int *count, Arena *arena);
static void say_results(LlmChat *chat, JsonView calls, Arena *arena);
static JsonView read_arguments(const LlmToolCall *call);

int
executor_ai_transcript_say(LlmChat *chat, JsonView state, const char *message,
                           Arena *arena)
{
	JsonWalk walk = json_view_walk(json_view_find(state, "memory"));
	int rounds = 0;

	while (json_view_next(&walk))
	{
		say_something(chat, LLM_USER, find_text(walk.value, "message", arena));
		say_something(
			chat, LLM_ASSISTANT, find_text(walk.value, "answer", arena));
	}
	say_something(chat, LLM_USER, message);
	walk = json_view_walk(json_view_find(state, "rounds"));
	for (; json_view_next(&walk); rounds++)
		say_round(chat, walk.value, arena);
	return rounds;
}

void
executor_ai_transcript_print_calls(const LlmAnswer *answer, JsonWriter *writer)
{
	json_write_open(writer, '[');
	for (int i = 0; i < answer->call_count; i++)
	{
		const LlmToolCall *call = &answer->calls[i];
		JsonView arguments = read_arguments(call);

		json_write_open(writer, '{');
		json_write_name(writer, "id");
		json_write_text(writer, call->id);
		json_write_name(writer, "name");
		json_write_text(writer, call->name);
		json_write_name(writer, "arguments");
		/* What is no JSON is refused by the turn, and the model is told. */
		if (arguments.text)
			json_write_view(writer, arguments);
		else
			json_write_text(writer, text_buffer_text(call->arguments));
		json_write_close(writer, '}');
	}
	json_write_close(writer, ']');
}

void
executor_ai_transcript_print_rounds(JsonView state, JsonWriter *writer)
{
	JsonWalk rounds = json_view_walk(json_view_find(state, "rounds"));
	int number = 0;

	json_write_open(writer, '[');
	while (json_view_next(&rounds))
	{
		JsonWalk calls = json_view_walk(json_view_find(rounds.value, "calls"));

		number++;
		while (json_view_next(&calls))
		{
			json_write_open(writer, '{');
			json_write_name(writer, "round");
			json_write_integer(writer, number);
			json_write_name(writer, "name");
			json_write_view(writer, json_view_find(calls.value, "name"));
			json_write_name(writer, "arguments");
			json_write_view(writer, json_view_find(calls.value, "arguments"));
			json_write_name(writer, "run_id");
			json_write_view(writer, json_view_find(calls.value, "run_id"));
			json_write_name(writer, "is_error");
			json_write_view(writer, json_view_find(calls.value, "is_error"));
			json_write_name(writer, "result");
			json_write_view(writer, json_view_find(calls.value, "content"));
			json_write_close(writer, '}');
		}
	}
	json_write_close(writer, ']');
}

/* Providers take no message without characters. */
static void
say_something(LlmChat *chat, LlmRole role, const char *text)
{
	executor_llm_chat_say(chat, role, *text ? text : "(nothing)");
}

static const char *
find_text(JsonView object, const char *name, Arena *arena)
{
	const char *text = json_view_text(json_view_find(object, name), arena);

	return text ? text : "";
}

static void
say_round(LlmChat *chat, JsonView round, Arena *arena)
{
	LlmMessage *message = arena_alloc(arena, sizeof(*message));
	JsonView calls = json_view_find(round, "calls");

	message->role = LLM_ASSISTANT;
	message->text = find_text(round, "text", arena);
	message->calls = read_calls(calls, &message->call_count, arena);
	executor_llm_chat_add(chat, message);
	say_results(chat, calls, arena);
}

static LlmToolCall *
read_calls(JsonView calls, int *count, Arena *arena)
{
	JsonWalk walk = json_view_walk(calls);
	LlmToolCall *list = arena_alloc(arena, LLM_CALLS_MAX * sizeof(*list));

	while (*count < LLM_CALLS_MAX && json_view_next(&walk))
	{
		LlmToolCall *call = &list[(*count)++];
		JsonView arguments = json_view_find(walk.value, "arguments");

		call->id = find_text(walk.value, "id", arena);
		call->name = find_text(walk.value, "name", arena);
		call->arguments = text_buffer_create(arena);
		/* Providers take nothing but an object back. */
		if (json_view_kind(arguments) == JSON_VIEW_OBJECT)
			text_buffer_add(call->arguments, arguments.text, arguments.length);
		else
			text_buffer_add_text(call->arguments, "{}");
	}
	return list;
}

static void
say_results(LlmChat *chat, JsonView calls, Arena *arena)
{
	JsonWalk walk = json_view_walk(calls);

	for (int i = 0; i < LLM_CALLS_MAX && json_view_next(&walk); i++)
	{
		LlmMessage *result = arena_alloc(arena, sizeof(*result));
		JsonView is_error = json_view_find(walk.value, "is_error");

		result->role = LLM_TOOL;
		result->call_id = find_text(walk.value, "id", arena);
		result->text = find_text(walk.value, "content", arena);
		result->is_error =
			is_error.length == 4 && memcmp(is_error.text, "true", 4) == 0;
		executor_llm_chat_add(chat, result);
	}
}

/* Absent where they are no JSON; no text at all stands for no arguments. */
static JsonView
read_arguments(const LlmToolCall *call)
{
	const char *text = text_buffer_text(call->arguments);
	JsonView value = {NULL, 0};
	size_t where;

	if (*text == '\0')
		return json_view_trust("{}");
	if (json_view_check(text, strlen(text), &value, &where))
		return (JsonView){NULL, 0};
	return value;
}
