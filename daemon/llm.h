/*
 * llm.h
 *		What is said to a language model, and what it says, in nobody's format.
 *
 * The formats of providers are LlmWires: llm_anthropic.c and llm_openai.c.
 */
#ifndef MCPD_LLM_H
#define MCPD_LLM_H

#include "json_write.h"
#include "text_buffer.h"

/* More calls of tools in one answer are not taken. */
#define LLM_CALLS_MAX 32

typedef struct LlmToolCall
{
	int64_t place; /* how pieces of it are told from another's */
	const char *id;
	const char *name;
	TextBuffer *arguments; /* JSON once complete */
} LlmToolCall;

typedef enum LlmRole
{
	LLM_USER,
	LLM_ASSISTANT,
	LLM_TOOL /* the result of a call */
} LlmRole;

typedef struct LlmMessage
{
	struct LlmMessage *next;
	LlmRole role;
	const char *text;
	const LlmToolCall *calls; /* of the assistant */
	int call_count;
	const char *call_id; /* of a result */
	bool is_error;       /* of a result */
} LlmMessage;

typedef struct LlmRequest
{
	const char *model;
	const char *system; /* NULL: none */
	JsonView temperature;
	JsonView max_tokens;
	const LlmMessage *messages;
	JsonView tools; /* [{"name", "description", "parameters"}] or absent */
	bool is_tool_allowed; /* else they are shown and not to be called */
	JsonView schema;      /* what the answer is to match; absent: none */
	bool is_json;         /* the answer is to be JSON */
} LlmRequest;

typedef struct LlmAnswer
{
	Arena *arena;
	TextBuffer *text;
	LlmToolCall calls[LLM_CALLS_MAX];
	int call_count;
	const char *model;
	const char *stop_reason;
	int64_t input_tokens;
	int64_t output_tokens;
	bool is_complete;
	const char *error; /* the provider's, in the midst of an answer */
} LlmAnswer;

typedef struct LlmWire
{
	const char *name;
	const char *key_variable;
	const char *path; /* behind the base URL */

	void (*print)(const LlmRequest *request, JsonWriter *writer);

	/* One event; false: it cannot be understood. */
	bool (*take)(LlmAnswer *answer, const char *data, size_t length);
} LlmWire;

extern const LlmWire llm_anthropic;
extern const LlmWire llm_openai;

extern void llm_answer_init(LlmAnswer *answer, Arena *arena);

/* The call at that place, made where there is none yet; NULL: too many. */
extern LlmToolCall *llm_answer_call(LlmAnswer *answer, int64_t place);

/* Sets *field to the text of value, where it is one. */
extern void
llm_answer_set(LlmAnswer *answer, const char **field, JsonView value);

/* Appends the text of value, where it is one. */
extern void
llm_answer_add(LlmAnswer *answer, TextBuffer *buffer, JsonView value);

/* What both say of an error: {"error": {"message": text}}. */
extern const char *llm_error_message(JsonView document, Arena *arena);

#endif
