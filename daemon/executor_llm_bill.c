/*
 * executor_llm_bill.c
 *		What an attempt has used of a model.
 */
#include "executor_llm_bill.h"

#include <inttypes.h>
#include <string.h>

static JsonView
print(int64_t input, int64_t output, JsonView tools, Arena *arena);

void
executor_llm_bill_add(LlmBill *bill, const LlmAnswer *answer)
{
	bill->input_tokens += answer->input_tokens;
	bill->output_tokens += answer->output_tokens;
}

void
executor_llm_bill_set_earlier(LlmBill *bill, JsonView usage)
{
	json_view_integer(json_view_find(usage, "input_tokens"),
	                  &bill->earlier_input_tokens);
	json_view_integer(json_view_find(usage, "output_tokens"),
	                  &bill->earlier_output_tokens);
	bill->tools = json_view_find(usage, "tools");
}

JsonView
executor_llm_bill_round(const LlmBill *bill, Arena *arena)
{
	return print(
		bill->input_tokens, bill->output_tokens, (JsonView){NULL, 0}, arena);
}

JsonView
executor_llm_bill_total(const LlmBill *bill, Arena *arena)
{
	return print(bill->input_tokens + bill->earlier_input_tokens,
	             bill->output_tokens + bill->earlier_output_tokens,
	             bill->tools,
	             arena);
}

static JsonView
print(int64_t input, int64_t output, JsonView tools, Arena *arena)
{
	const char *text;

	if (input == 0 && output == 0 && tools.text == NULL)
		return (JsonView){NULL, 0};
	text = arena_print(arena,
	                   "{\"input_tokens\":%" PRId64
	                   ",\"output_tokens\":%" PRId64 "%s%.*s}",
	                   input,
	                   output,
	                   tools.text ? ",\"tools\":" : "",
	                   (int) tools.length,
	                   tools.text ? tools.text : "");
	return (JsonView){text, strlen(text)};
}
