/*
 * executor_llm_bill.h
 *		What an attempt has used of a model.
 *
 * An assistant's attempt has rounds, of which others than this one may have been
 * another worker's: they are counted with it in the end.
 */
#ifndef MCPD_EXECUTOR_LLM_BILL_H
#define MCPD_EXECUTOR_LLM_BILL_H

#include "llm.h"

typedef struct LlmBill
{
	int64_t input_tokens; /* of this round */
	int64_t output_tokens;
	int64_t earlier_input_tokens; /* of those before it */
	int64_t earlier_output_tokens;
	JsonView tools; /* what the tools used that were called; may be absent */
} LlmBill;

extern void executor_llm_bill_add(LlmBill *bill, const LlmAnswer *answer);

/* usage: {"input_tokens", "output_tokens", "tools"} of the rounds before. */
extern void executor_llm_bill_set_earlier(LlmBill *bill, JsonView usage);

/* The same of this round alone, and of all; absent where nothing was used. */
extern JsonView executor_llm_bill_round(const LlmBill *bill, Arena *arena);
extern JsonView executor_llm_bill_total(const LlmBill *bill, Arena *arena);

#endif
