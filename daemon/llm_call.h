/*
 * llm_call.h
 *		One question to a language model, asked again where that may help.
 *
 * 429, 5xx and 529, servers that cannot be reached and answers that break off
 * are tried again, Config's max_retries times, not before Retry-After is over and
 * only while the deadline allows it.
 */
#ifndef MCPD_LLM_CALL_H
#define MCPD_LLM_CALL_H

#include "config.h"
#include "fetch.h"
#include "llm.h"
#include "redact.h"

typedef struct LlmCall LlmCall;

/* Some more of the answer has come in; one that begins anew has another text. */
typedef void (*LlmCallHeard)(void *context, const LlmAnswer *answer);

typedef struct LlmSettings
{
	const Config *config;
	Fetcher *fetcher;
	Arena *arena;
	const LlmWire *wire;
	const char *url;          /* the provider's base URL */
	const char *key;          /* NULL: none is sent */
	const Redactor *redactor; /* of what the provider complains about */
	uint64_t deadline;        /* of loop_now() */
	LlmCallHeard heard;
	void *heard_context;
} LlmSettings;

/* How it ended: answer for LLM_CALL_DONE, otherwise error. */
typedef enum LlmCallEnd
{
	LLM_CALL_DONE,
	LLM_CALL_STATUS, /* the server said no */
	LLM_CALL_FAILED, /* it gave no answer: fetch says why */
	LLM_CALL_BAD     /* its answer cannot be understood */
} LlmCallEnd;

typedef struct LlmReply
{
	LlmCallEnd end;
	const LlmAnswer *answer;
	const char *error;
	FetchEnd fetch;
	double retry_after; /* seconds; 0: not asked for */
} LlmReply;

/* The call is gone when this is called; the reply is the arena's. */
typedef void (*LlmCallCallback)(void *context, const LlmReply *reply);

/*
 * Begins; callback is called once, never before this returns.  *request and
 * what it points to must stay until then.
 */
extern LlmCall *
llm_call_start(const LlmSettings *settings, const LlmRequest *request,
               LlmCallCallback callback, void *context);

/* The callback is not called any more. */
extern void llm_call_stop(LlmCall *call);

/*
 * The provider of a model: what stands before a "/" in its name, or by how the
 * name begins, or the one that is set up.  Fills in wire, url and key, and takes
 * the provider off *model.  Returns what is wrong, or NULL.
 */
extern const char *
llm_settings_choose(LlmSettings *settings, const char **model);

#endif
