/*
 * executor_llm_prompt.c
 *		Sends a template, filled in from the inputs, to a language model.
 */
#include "executor_llm_chat.h"
#include "loop.h"
#include "template.h"

/* All of it is the task's arena's. */
typedef struct PromptRun
{
	const ExecutorTask *task;
	Execution *execution;
	LlmChat *chat; /* NULL: there is nobody to talk to */
	ExecutorResult result;
} PromptRun;

static void *start(const ExecutorTask *task, Execution *execution);
static void cancel(void *running);
static const char *
fill(const ExecutorTask *task, Template *template, const char *name);
static void refuse(PromptRun *run, ExecutorFailure failure, const char *error);
static void tell_refusal(void *context);
static void answered(void *context, const LlmAnswer *answer, JsonView json);
static void print_result(const PromptRun *run, const LlmAnswer *answer,
                         JsonView json, JsonWriter *writer);

const ExecutorKind executor_llm_prompt = {
	.name = "llm_prompt",
	.start = start,
	.cancel = cancel,
};

static void *
start(const ExecutorTask *task, Execution *execution)
{
	PromptRun *run = arena_alloc(task->arena, sizeof(*run));
	const char *prompt;
	const char *system;
	const char *error = NULL;
	Template template;

	run->task = task;
	run->execution = execution;
	template_init(&template, task->arena, task->inputs);
	prompt = fill(task, &template, "template");
	system = fill(task, &template, "system_prompt");
	if (template_missing(&template))
	{
		refuse(run,
		       EXECUTOR_BAD_INPUT,
		       arena_print(task->arena,
		                   "Missing input variables: %s",
		                   template_missing(&template)));
		return run;
	}
	run->chat = executor_llm_chat_create(task, execution, &error);
	if (run->chat == NULL)
	{
		refuse(run, EXECUTOR_REFUSED, error);
		return run;
	}
	executor_llm_chat_set_system(run->chat, system);
	executor_llm_chat_say(run->chat, LLM_USER, prompt);
	executor_llm_chat_ask(run->chat, answered, run);
	return run;
}

static void
cancel(void *running)
{
	PromptRun *run = running;

	if (run->chat)
		executor_llm_chat_cancel(run->chat);
}

/* NULL where the config has no such text. */
static const char *
fill(const ExecutorTask *task, Template *template, const char *name)
{
	const char *text =
		json_view_text(json_view_find(task->config, name), task->arena);

	return text ? template_fill(template, text, TEMPLATE_TEXT) : NULL;
}

static void
refuse(PromptRun *run, ExecutorFailure failure, const char *error)
{
	run->result = executor_fail(run->task, failure, "%s", error);
	loop_defer(tell_refusal, run);
}

static void
tell_refusal(void *context)
{
	PromptRun *run = context;

	executor_finish(run->execution, &run->result);
}

static void
answered(void *context, const LlmAnswer *answer, JsonView json)
{
	PromptRun *run = context;
	JsonWriter *writer = json_writer_create();
	ExecutorResult result = {.failure = EXECUTOR_SUCCESS};

	print_result(run, answer, json, writer);
	result.result.length = json_writer_length(writer);
	result.result.text = arena_copy(
		run->task->arena, json_writer_text(writer), result.result.length);
	json_writer_destroy(writer);
	executor_llm_chat_finish(run->chat, &result);
}

static void
print_result(const PromptRun *run, const LlmAnswer *answer, JsonView json,
             JsonWriter *writer)
{
	json_write_open(writer, '{');
	json_write_name(writer, "text");
	json_write_bytes(writer,
	                 text_buffer_text(answer->text),
	                 text_buffer_length(answer->text));
	json_write_name(writer, "json");
	json_write_view(writer, json);
	json_write_name(writer, "model");
	json_write_text(writer, answer->model);
	json_write_name(writer, "usage");
	json_write_view(writer, executor_llm_chat_usage(run->chat));
	json_write_name(writer, "stop_reason");
	json_write_text(writer, answer->stop_reason);
	json_write_close(writer, '}');
}
