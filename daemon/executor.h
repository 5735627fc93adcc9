/*
 * executor.h
 *		The contract between the worker and each kind of MCP that it can run.
 *
 * A task goes in; one result comes out, later, whatever happens: failure, time
 * limit and cancelling are results too.  An executor decides nothing about the
 * run: whether a failed attempt is repeated is for the database.
 */
#ifndef MCPD_EXECUTOR_H
#define MCPD_EXECUTOR_H

#include "config.h"
#include "db.h"
#include "fetch.h"
#include "json_view.h"
#include "seal.h"
#include "token_feed.h"

/* What kinds reach the world by; all of it outlives every execution. */
typedef struct ExecutorTools
{
	Db *db;
	Fetcher *fetcher;
	const char *worker; /* who runs it, as the database knows him */
	const char *epoch;  /* of his lease; another one after the next lease */
	const Seal *seal;
	TokenFeed *tokens; /* NULL: nobody follows answers */
} ExecutorTools;

/*
 * What to run.  All it points to lives in the arena, which belongs to the
 * execution until its callback.
 */
typedef struct ExecutorTask
{
	Arena *arena;
	const Config *settings; /* the daemon's */
	const ExecutorTools *tools;
	const char *executor; /* the kind: "python_script" */
	JsonView config;      /* of the MCP's version: an object */
	JsonView inputs;      /* resolved: an object */
	double time_limit;    /* seconds, of the step; 0: it sets none */
	const char *mcp_version_id;
	const char *run_id;
	const char *step_id;
	int64_t step_ordinal;
	int64_t attempt;
	const char *idempotency_token; /* the same for all attempts of a step */
} ExecutorTask;

/* Why an attempt failed, in words that retry rules can name. */
typedef enum ExecutorFailure
{
	EXECUTOR_SUCCESS,
	EXECUTOR_FAILED, /* "script_error": it says so itself, or its exit code */
	EXECUTOR_KILLED, /* "killed": by a signal that is not ours */
	EXECUTOR_TIMED_OUT,   /* "timeout" */
	EXECUTOR_CANCELLED,   /* "cancelled" */
	EXECUTOR_BAD_OUTPUT,  /* "bad_output": its answer cannot be taken */
	EXECUTOR_REFUSED,     /* "refused": its config names what is not allowed */
	EXECUTOR_UNSUPPORTED, /* "unsupported": this daemon cannot run it */
	EXECUTOR_UNAVAILABLE, /* "unavailable": no room, no process, no interpreter */
	EXECUTOR_BAD_INPUT,   /* "inputs": what it needs is not among them */
	EXECUTOR_HTTP_STATUS, /* "http_status": a server said so */
	EXECUTOR_CONNECT,     /* "connect": a server could not be reached */
	EXECUTOR_BLOCKED,     /* "blocked": its address is not allowed */
	EXECUTOR_TOO_LARGE,   /* "too_large": an answer over its limit */
	EXECUTOR_RECORDED     /* none: the database has recorded what came of it */
} ExecutorFailure;

typedef struct ExecutorText
{
	const char *bytes; /* any bytes; may be NULL where length is 0 */
	size_t length;
} ExecutorText;

/* A document beside the result, kept apart from it; absent without a name. */
typedef struct ExecutorArtifact
{
	const char *name; /* of a file */
	const char *content_type;
	JsonView document;
} ExecutorArtifact;

/* Valid as long as the task's arena. */
typedef struct ExecutorResult
{
	ExecutorFailure failure;
	JsonView result;   /* what jsonb takes, or absent; of EXECUTOR_RECORDED
	                    * what the database said, as in a turn */
	const char *error; /* of a failure, for people; NULL for success */
	ExecutorText output;
	ExecutorText errors; /* the standard error stream */
	JsonView usage;      /* {"input_tokens": n, ...}, or absent */
	JsonView tool_calls; /* of a success that goes on when these have ended:
	                      * [{"id", "name", "arguments"}]; else absent */
	JsonView memory;     /* what is to be remembered, or absent */
	double retry_after;  /* seconds that a server asked for; 0: none did */
	ExecutorArtifact artifact;
} ExecutorResult;

/* The execution is gone when this is called. */
typedef void (*ExecutorCallback)(void *context, const ExecutorResult *result);

typedef struct Execution Execution;

/* Begins; callback is called once, never before this returns. */
extern Execution *executor_start(const ExecutorTask *task,
                                 ExecutorCallback callback, void *context);

/* Asks it to end soon; callback is called all the same. */
extern void executor_cancel(Execution *execution);

/* "timeout" and so on; NULL for success. */
extern const char *executor_failure_name(ExecutorFailure failure);

#endif
