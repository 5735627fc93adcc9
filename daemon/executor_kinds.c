/*
 * executor_kinds.c
 *		Every kind of executor that there is; a test may link fewer.
 */
#include "executor_kind.h"

const ExecutorKind *const executor_kinds[] = {
	&executor_ai_assistant,
	&executor_http_request,
	&executor_llm_prompt,
	&executor_notebook,
	&executor_python_script,
	&executor_sql,
	NULL,
};
