/*
 * llm_openai.c
 *		The wire format of OpenAI's chat completions, which local servers speak.
 */
#include "llm.h"

#include <ctype.h>
#include <string.h>

static void print(const LlmRequest *request, JsonWriter *writer);
static bool is_reasoning(const char *model);
static void print_format(const LlmRequest *request, JsonWriter *writer);
static void print_messages(const LlmRequest *request, JsonWriter *writer);
static void print_calls(const LlmMessage *message, JsonWriter *writer);
static void print_tools(const LlmRequest *request, JsonWriter *writer);
static void print_text(JsonWriter *writer, const char *name, const char *text);
static bool take(LlmAnswer *answer, const char *data, size_t length);
static void take_usage(LlmAnswer *answer, JsonView usage);
static void take_choice(LlmAnswer *answer, JsonView choice);
static void take_call(LlmAnswer *answer, JsonView piece);

const LlmWire llm_openai = {
	.name = "openai",
	.key_variable = "OPENAI_API_KEY",
	.path = "/chat/completions",
	.print = print,
	.take = take,
};

static void
print(const LlmRequest *request, JsonWriter *writer)
{
	bool is_new = is_reasoning(request->model);

	json_write_open(writer, '{');
	print_text(writer, "model", request->model);
	json_write_name(writer, is_new ? "max_completion_tokens" : "max_tokens");
	json_write_view(writer, request->max_tokens);
	if (request->temperature.text && !is_new)
	{
		json_write_name(writer, "temperature");
		json_write_view(writer, request->temperature);
	}
	json_write_name(writer, "stream");
	json_write_bool(writer, true);
	json_write_name(writer, "stream_options");
	json_write_view(writer, json_view_trust("{\"include_usage\":true}"));
	print_format(request, writer);
	json_write_name(writer, "messages");
	print_messages(request, writer);
	print_tools(request, writer);
	json_write_close(writer, '}');
}

/* o1, o3-mini, gpt-5: they refuse a temperature and the old limit's name. */
static bool
is_reasoning(const char *model)
{
	return (model[0] == 'o' && isdigit((unsigned char) model[1])) ||
	       strncmp(model, "gpt-5", 5) == 0;
}

static void
print_format(const LlmRequest *request, JsonWriter *writer)
{
	if (request->schema.text == NULL && !request->is_json)
		return;
	json_write_name(writer, "response_format");
	json_write_open(writer, '{');
	print_text(
		writer, "type", request->schema.text ? "json_schema" : "json_object");
	if (request->schema.text)
	{
		json_write_name(writer, "json_schema");
		json_write_open(writer, '{');
		print_text(writer, "name", "answer");
		json_write_name(writer, "schema");
		json_write_view(writer, request->schema);
		json_write_close(writer, '}');
	}
	json_write_close(writer, '}');
}

static void
print_messages(const LlmRequest *request, JsonWriter *writer)
{
	static const char *const roles[] = {
		[LLM_USER] = "user",
		[LLM_ASSISTANT] = "assistant",
		[LLM_TOOL] = "tool",
	};
	const LlmMessage *message = request->messages;

	json_write_open(writer, '[');
	if (request->system)
	{
		json_write_open(writer, '{');
		print_text(writer, "role", "system");
		print_text(writer, "content", request->system);
		json_write_close(writer, '}');
	}
	for (; message; message = message->next)
	{
		json_write_open(writer, '{');
		print_text(writer, "role", roles[message->role]);
		print_text(writer, "content", message->text);
		if (message->role == LLM_TOOL)
			print_text(writer, "tool_call_id", message->call_id);
		if (message->call_count > 0)
			print_calls(message, writer);
		json_write_close(writer, '}');
	}
	json_write_close(writer, ']');
}

static void
print_calls(const LlmMessage *message, JsonWriter *writer)
{
	json_write_name(writer, "tool_calls");
	json_write_open(writer, '[');
	for (int i = 0; i < message->call_count; i++)
	{
		const LlmToolCall *call = &message->calls[i];

		json_write_open(writer, '{');
		print_text(writer, "id", call->id);
		print_text(writer, "type", "function");
		json_write_name(writer, "function");
		json_write_open(writer, '{');
		print_text(writer, "name", call->name);
		print_text(writer, "arguments", text_buffer_text(call->arguments));
		json_write_close(writer, '}');
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
		if (is_first)
		{
			json_write_name(writer, "tools");
			json_write_open(writer, '[');
		}
		is_first = false;
		json_write_open(writer, '{');
		print_text(writer, "type", "function");
		json_write_name(writer, "function");
		json_write_view(writer, walk.value);
		json_write_close(writer, '}');
	}
	if (is_first)
		return;
	json_write_close(writer, ']');
	print_text(
		writer, "tool_choice", request->is_tool_allowed ? "auto" : "none");
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
	JsonWalk choices;
	size_t where;

	if (length == 6 && memcmp(data, "[DONE]", 6) == 0)
	{
		answer->is_complete = true;
		return true;
	}
	if (json_view_check(data, length, &event, &where) ||
	    json_view_kind(event) != JSON_VIEW_OBJECT)
		return false;
	answer->error = llm_error_message(event, answer->arena);
	llm_answer_set(answer, &answer->model, json_view_find(event, "model"));
	take_usage(answer, json_view_find(event, "usage"));
	choices = json_view_walk(json_view_find(event, "choices"));
	/* One was asked for. */
	if (json_view_next(&choices))
		take_choice(answer, choices.value);
	return true;
}

static void
take_usage(LlmAnswer *answer, JsonView usage)
{
	json_view_integer(json_view_find(usage, "prompt_tokens"),
	                  &answer->input_tokens);
	json_view_integer(json_view_find(usage, "completion_tokens"),
	                  &answer->output_tokens);
}

static void
take_choice(LlmAnswer *answer, JsonView choice)
{
	JsonView delta = json_view_find(choice, "delta");
	JsonWalk pieces = json_view_walk(json_view_find(delta, "tool_calls"));

	llm_answer_add(answer, answer->text, json_view_find(delta, "content"));
	llm_answer_set(
		answer, &answer->stop_reason, json_view_find(choice, "finish_reason"));
	while (json_view_next(&pieces))
		take_call(answer, pieces.value);
}

static void
take_call(LlmAnswer *answer, JsonView piece)
{
	JsonView function = json_view_find(piece, "function");
	int64_t place = 0;
	LlmToolCall *call;

	json_view_integer(json_view_find(piece, "index"), &place);
	call = llm_answer_call(answer, place);
	if (call == NULL)
		return;
	llm_answer_set(answer, &call->id, json_view_find(piece, "id"));
	llm_answer_set(answer, &call->name, json_view_find(function, "name"));
	llm_answer_add(
		answer, call->arguments, json_view_find(function, "arguments"));
}
