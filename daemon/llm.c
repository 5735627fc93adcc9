/*
 * llm.c
 *		What is said to a language model, and what it says, in nobody's format.
 */
#include "llm.h"

#include <string.h>

void
llm_answer_init(LlmAnswer *answer, Arena *arena)
{
	memset(answer, 0, sizeof(*answer));
	answer->arena = arena;
	answer->text = text_buffer_create(arena);
}

LlmToolCall *
llm_answer_call(LlmAnswer *answer, int64_t place)
{
	LlmToolCall *call;

	for (int i = 0; i < answer->call_count; i++)
	{
		if (answer->calls[i].place == place)
			return &answer->calls[i];
	}
	if (answer->call_count == LLM_CALLS_MAX)
		return NULL;
	call = &answer->calls[answer->call_count++];
	call->place = place;
	call->id = "";
	call->name = "";
	call->arguments = text_buffer_create(answer->arena);
	return call;
}

void
llm_answer_set(LlmAnswer *answer, const char **field, JsonView value)
{
	const char *text = json_view_text(value, answer->arena);

	if (text)
		*field = text;
}

void
llm_answer_add(LlmAnswer *answer, TextBuffer *buffer, JsonView value)
{
	const char *text = json_view_text(value, answer->arena);

	if (text)
		text_buffer_add_text(buffer, text);
}

const char *
llm_error_message(JsonView document, Arena *arena)
{
	JsonView error = json_view_find(document, "error");
	const char *message =
		json_view_text(json_view_find(error, "message"), arena);

	return message ? message : json_view_text(error, arena);
}
