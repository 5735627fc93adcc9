/*
 * executor_llm_chat.h
 *		A step's talk with a language model, from its first word to its result.
 *
 * It keeps what was said, counts what was used, and has one thing under way at
 * a time: a question to the model, or one to the database.
 */
#ifndef MCPD_EXECUTOR_LLM_CHAT_H
#define MCPD_EXECUTOR_LLM_CHAT_H

#include "executor_kind.h"
#include "llm_call.h"

typedef struct LlmChat LlmChat;

/* The model answered, in the form that was asked for. */
typedef void (*LlmChatCallback)(void *context, const LlmAnswer *answer,
                                JsonView json);

/*
 * Reads model_name, temperature, max_tokens and response_format.  Returns NULL
 * and sets *error where nobody can be asked.
 */
extern LlmChat *
executor_llm_chat_create(const ExecutorTask *task, Execution *execution,
                         const char **error);

/* Texts must stay as long as the task's arena. */
extern void executor_llm_chat_set_system(LlmChat *chat, const char *system);
extern void
executor_llm_chat_set_tools(LlmChat *chat, JsonView tools, bool is_allowed);
extern void
executor_llm_chat_say(LlmChat *chat, LlmRole role, const char *text);
extern void executor_llm_chat_add(LlmChat *chat, LlmMessage *message);

/* So many rounds were before, of which those of this attempt used that much. */
extern void
executor_llm_chat_set_earlier(LlmChat *chat, int rounds, JsonView usage);

/*
 * Asks the model.  Where it calls tools, the form of its answer is not looked
 * at.  Where it does not answer, the execution is finished and callback is not
 * called.
 */
extern void
executor_llm_chat_ask(LlmChat *chat, LlmChatCallback callback, void *context);

/* Asks the database; an error finishes the execution. */
typedef void (*LlmChatRead)(void *context, JsonView document);
extern void executor_llm_chat_query(LlmChat *chat, DbStatement statement,
                                    const char *const *values,
                                    LlmChatRead callback, void *context);

/* Finishes the execution, with what was used and what that cost. */
extern void
executor_llm_chat_finish(LlmChat *chat, const ExecutorResult *result);

/* The same, cancelled, whatever is under way. */
extern void executor_llm_chat_cancel(LlmChat *chat);

/* What the attempt has used so far: {"input_tokens", "output_tokens"}. */
extern JsonView executor_llm_chat_usage(const LlmChat *chat);

#endif
