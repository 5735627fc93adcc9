/*
 * executor_ai_transcript.h
 *		What an assistant said and heard so far, from the database into a talk.
 */
#ifndef MCPD_EXECUTOR_AI_TRANSCRIPT_H
#define MCPD_EXECUTOR_AI_TRANSCRIPT_H

#include "executor_llm_chat.h"

/*
 * state: what mcp.get_assistant_state() returns.  Says what is remembered, the
 * message, and the rounds of this step.  Returns how many these are.
 */
extern int executor_ai_transcript_say(LlmChat *chat, JsonView state,
                                      const char *message, Arena *arena);

/* Its calls, as the turn takes them: [{"id", "name", "arguments"}]. */
extern void
executor_ai_transcript_print_calls(const LlmAnswer *answer, JsonWriter *writer);

/* The calls of all rounds with what became of them, as an array. */
extern void
executor_ai_transcript_print_rounds(JsonView state, JsonWriter *writer);

#endif
