/*
 * executor_llm_chat_body.h
 *		What is inside a talk with a language model, for the files that are it.
 */
#ifndef MCPD_EXECUTOR_LLM_CHAT_BODY_H
#define MCPD_EXECUTOR_LLM_CHAT_BODY_H

#include "executor_llm_bill.h"
#include "executor_llm_chat.h"

/* All of it is the task's arena's. */
struct LlmChat
{
	const ExecutorTask *task;
	Execution *execution;
	LlmSettings settings;
	LlmRequest request;
	LlmMessage *messages;
	LlmMessage **last; /* where the next message goes */

	/* At most one of these is under way. */
	LlmCall *call;
	DbRequest *query;
	LlmChatRead query_callback;
	void *query_context;

	LlmChatCallback callback; /* of the question to the model */
	void *context;
	const LlmAnswer *answer;
	JsonView json;
	bool is_reminded; /* of the form of its answer */

	TokenStream *tokens; /* NULL: nobody looks on */

	LlmBill bill;
	const char *model; /* that answered last, or is asked */
	ExecutorResult result;
	bool is_over;
};

/* Asks what was said so far. */
extern void executor_llm_chat_send(LlmChat *chat);

/*
 * The answer is to have a form: where it has, the caller gets it; else the model
 * is told so and asked once more.
 */
extern void executor_llm_form_check(LlmChat *chat);

#endif
