/*
 * executor_llm_form.c
 *		Whether an answer has the form that was asked for.
 */
#include "executor_llm_chat_body.h"
#include "llm_format.h"

static void form_checked(void *context, JsonView errors);
static void remind(LlmChat *chat, const char *complaint);

/* The rule is the database's, as for every JSON Schema. */
void
executor_llm_form_check(LlmChat *chat)
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
	const char *complaint = llm_format_join(errors, chat->task->arena);

	if (complaint)
		remind(chat, complaint);
	else
		chat->callback(chat->context, chat->answer, chat->json);
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
		/* A message without characters is refused. */
		if (text_buffer_length(chat->answer->text) > 0)
			executor_llm_chat_say(
				chat, LLM_ASSISTANT, text_buffer_text(chat->answer->text));
		executor_llm_chat_say(
			chat,
			LLM_USER,
			arena_print(arena,
		                "Your answer does not have the form that was asked "
		                "for: %s Answer again, with nothing but the JSON.",
		                complaint));
		executor_llm_chat_send(chat);
		return;
	}
	result = executor_fail(chat->task,
	                       EXECUTOR_BAD_OUTPUT,
	                       "the model's answer does not match response_format, "
	                       "asked twice: %s",
	                       complaint);
	executor_llm_chat_finish(chat, &result);
}
