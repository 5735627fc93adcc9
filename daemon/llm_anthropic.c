/*
 * llm_anthropic.c
 *		The wire format of Anthropic's Messages.
 */
#include "llm.h"

#include <string.h>

static void print(const LlmRequest *request, JsonWriter *writer);
static void print_system(const LlmRequest *request, JsonWriter *writer);
static void print_messages(const LlmMessage *messages, JsonWriter *writer);
static const LlmMessage *
print_results(const LlmMessage *message, JsonWriter *writer);
static void print_assistant(const LlmMessage *message, JsonWriter *writer);
static void print_tools(const LlmRequest *request, JsonWriter *writer);
static void print_text(JsonWriter *writer, const char *name, const char *text);
static bool take(LlmAnswer *answer, const char *data, size_t length);
static void take_start(LlmAnswer *answer, JsonView message);
static void take_block(LlmAnswer *answer, JsonView event);
static void take_delta(LlmAnswer *answer, JsonView event);
static void take_end(LlmAnswer *answer, JsonView event);

const LlmWire llm_anthropic = {
	.name = "anthropic",
	.key_variable = "ANTHROPIC_API_KEY",
	.path = "/v1/messages",
	.print = print,
	.take = take,
};

static void
print(const LlmRequest *request, JsonWriter *writer)
{
	json_write_open(writer, '{');
	print_text(writer, "model", request->model);
	json_write_name(writer, "max_tokens");
	json_write_view(writer, request->max_tokens);
	if (request->temperature.text)
	{
		json_write_name(writer, "temperature");
		json_write_view(writer, request->temperature);
	}
	print_system(request, writer);
	json_write_name(writer, "stream");
	json_write_bool(writer, true);
	json_write_name(writer, "messages");
	print_messages(request->messages, writer);
	print_tools(request, writer);
	json_write_close(writer, '}');
}

/* The format of the answer is asked for in words: all models know them. */
static void
print_system(const LlmRequest *request, JsonWriter *writer)
{
	Arena *arena = arena_create();
	const char *system = request->system ? request->system : "";

	if (request->schema.text)
		system = arena_print(arena,
		                     "%s\n\nAnswer with nothing but JSON that matches "
		                     "this JSON Schema:\n%.*s",
		                     system,
		                     (int) request->schema.length,
		                     request->schema.text);
	else if (request->is_json)
		system = arena_print(
			arena, "%s\n\nAnswer with nothing but a JSON object.", system);
	while (*system == '\n')
		system++;
	if (*system)
		print_text(writer, "system", system);
	arena_destroy(arena);
}

static void
print_messages(const LlmMessage *messages, JsonWriter *writer)
{
	const LlmMessage *message = messages;

	json_write_open(writer, '[');
	while (message)
	{
		json_write_open(writer, '{');
		print_text(writer,
		           "role",
		           message->role == LLM_ASSISTANT ? "assistant" : "user");
		if (message->role == LLM_TOOL)
			message = print_results(message, writer);
		else
		{
			if (message->call_count > 0)
				print_assistant(message, writer);
			else
				print_text(writer, "content", message->text);
			message = message->next;
		}
		json_write_close(writer, '}');
	}
	json_write_close(writer, ']');
}

/* All results of one answer's calls stand in one message. */
static const LlmMessage *
print_results(const LlmMessage *message, JsonWriter *writer)
{
	json_write_name(writer, "content");
	json_write_open(writer, '[');
	for (; message && message->role == LLM_TOOL; message = message->next)
	{
		json_write_open(writer, '{');
		print_text(writer, "type", "tool_result");
		print_text(writer, "tool_use_id", message->call_id);
		print_text(writer, "content", message->text);
		if (message->is_error)
		{
			json_write_name(writer, "is_error");
			json_write_bool(writer, true);
		}
		json_write_close(writer, '}');
	}
	json_write_close(writer, ']');
	return message;
}

static void
print_assistant(const LlmMessage *message, JsonWriter *writer)
{
	json_write_name(writer, "content");
	json_write_open(writer, '[');
	/* A text without characters is refused. */
	if (*message->text)
	{
		json_write_open(writer, '{');
		print_text(writer, "type", "text");
		print_text(writer, "text", message->text);
		json_write_close(writer, '}');
	}
	for (int i = 0; i < message->call_count; i++)
	{
		const LlmToolCall *call = &message->calls[i];
		const char *arguments = text_buffer_text(call->arguments);

		json_write_open(writer, '{');
		print_text(writer, "type", "tool_use");
		print_text(writer, "id", call->id);
		print_text(writer, "name", call->name);
		json_write_name(writer, "input");
		json_write_view(writer, (JsonView){arguments, strlen(arguments)});
		json_write_close(writer, '}');
	}
	json_write_close(writer, ']');
}

static void
print_tools(const LlmRequest *request, JsonWriter *writer)
{
	JsonWalk walk = json_view_walk(request->tools);
	bool is_first = true;

	while (json_view_next(&walk))
	{
		JsonView parameters = json_view_find(walk.value, "parameters");
		JsonView description = json_view_find(walk.value, "description");

		if (is_first)
		{
			json_write_name(writer, "tools");
			json_write_open(writer, '[');
		}
		is_first = false;
		json_write_open(writer, '{');
		json_write_name(writer, "name");
		json_write_view(writer, json_view_find(walk.value, "name"));
		if (json_view_kind(description) == JSON_VIEW_STRING)
		{
			json_write_name(writer, "description");
			json_write_view(writer, description);
		}
		json_write_name(writer, "input_schema");
		json_write_view(writer,
		                json_view_kind(parameters) == JSON_VIEW_OBJECT
		                    ? parameters
		                    : (JsonView){"{\"type\":\"object\"}", 17});
		json_write_close(writer, '}');
	}
	if (is_first)
		return;
	json_write_close(writer, ']');
	json_write_name(writer, "tool_choice");
	json_write_open(writer, '{');
	print_text(writer, "type", request->is_tool_allowed ? "auto" : "none");
	json_write_close(writer, '}');
}

static void
print_text(JsonWriter *writer, const char *name, const char *text)
{
	json_write_name(writer, name);
	json_write_text(writer, text);
}

static bool
take(LlmAnswer *answer, const char *data, size_t length)
{
	JsonView event;
	const char *type;
	size_t where;

	if (json_view_check(data, length, &event, &where))
		return false;
	type = json_view_text(json_view_find(event, "type"), answer->arena);
	if (type == NULL)
		return false;
	if (strcmp(type, "message_start") == 0)
		take_start(answer, json_view_find(event, "message"));
	else if (strcmp(type, "content_block_start") == 0)
		take_block(answer, event);
	else if (strcmp(type, "content_block_delta") == 0)
		take_delta(answer, event);
	else if (strcmp(type, "message_delta") == 0)
		take_end(answer, event);
	else if (strcmp(type, "message_stop") == 0)
		answer->is_complete = true;
	else if (strcmp(type, "error") == 0)
	{
		answer->error = llm_error_message(event, answer->arena);
		if (answer->error == NULL)
			answer->error = "an error without a message";
	}
	/* "ping", and what comes to be said later, is passed over. */
	return true;
}

static void
take_start(LlmAnswer *answer, JsonView message)
{
	JsonView usage = json_view_find(message, "usage");

	llm_answer_set(answer, &answer->model, json_view_find(message, "model"));
	json_view_integer(json_view_find(usage, "input_tokens"),
	                  &answer->input_tokens);
	json_view_integer(json_view_find(usage, "output_tokens"),
	                  &answer->output_tokens);
}

static void
take_block(LlmAnswer *answer, JsonView event)
{
	JsonView block = json_view_find(event, "content_block");
	const char *type =
		json_view_text(json_view_find(block, "type"), answer->arena);
	int64_t place = 0;
	LlmToolCall *call;

	if (type && strcmp(type, "text") == 0)
		llm_answer_add(answer, answer->text, json_view_find(block, "text"));
	if (type == NULL || strcmp(type, "tool_use") != 0)
		return;
	json_view_integer(json_view_find(event, "index"), &place);
	call = llm_answer_call(answer, place);
	if (call == NULL)
		return;
	llm_answer_set(answer, &call->id, json_view_find(block, "id"));
	llm_answer_set(answer, &call->name, json_view_find(block, "name"));
}

static void
take_delta(LlmAnswer *answer, JsonView event)
{
	JsonView delta = json_view_find(event, "delta");
	JsonView json = json_view_find(delta, "partial_json");
	int64_t place = 0;
	LlmToolCall *call;

	llm_answer_add(answer, answer->text, json_view_find(delta, "text"));
	if (json.text == NULL)
		return;
	json_view_integer(json_view_find(event, "index"), &place);
	call = llm_answer_call(answer, place);
	if (call)
		llm_answer_add(answer, call->arguments, json);
}

static void
take_end(LlmAnswer *answer, JsonView event)
{
	JsonView usage = json_view_find(event, "usage");

	llm_answer_set(
		answer,
		&answer->stop_reason,
		json_view_find(json_view_find(event, "delta"), "stop_reason"));
	json_view_integer(json_view_find(usage, "input_tokens"),
	                  &answer->input_tokens);
	json_view_integer(json_view_find(usage, "output_tokens"),
	                  &answer->output_tokens);
}
