/*
 * llm_format.h
 *		What form an answer is to have, and whether it has it.
 *
 * response_format as OpenAI writes it: {"type": "json_schema", "json_schema":
 * {"schema": ...}}, the schema also without the middle one; {"type":
 * "json_object"}; {"type": "text"}.
 */
#ifndef MCPD_LLM_FORMAT_H
#define MCPD_LLM_FORMAT_H

#include "llm.h"

/* Sets schema and is_json of the request. */
extern void llm_format_read(JsonView format, LlmRequest *request, Arena *arena);

/*
 * The JSON that an answer is, also within a fence of ```; absent where it is
 * none.
 */
extern JsonView llm_format_find_json(const char *text, Arena *arena);

/* Complaints, an array of texts, as one; NULL where there is none. */
extern const char *llm_format_join(JsonView complaints, Arena *arena);

#endif
