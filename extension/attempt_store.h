/*
 * attempt_store.h
 *		The rows of attempts that ended: history, appended to and read.
 *
 * The verbs need an SPI connection.
 */
#ifndef MCP_ATTEMPT_STORE_H
#define MCP_ATTEMPT_STORE_H

#include "artifact.h"
#include "nodes/pg_list.h"
#include "run_status.h"
#include "utils/jsonb.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"

/* One attempt of a step; what may be NULL is null in the row. */
typedef struct Attempt
{
	const pg_uuid_t *run_id;
	int step;
	int attempt;
	const pg_uuid_t *mcp_id;
	const char *step_id;
	const char *name;
	const char *mcp_version; /* NULL: the version is gone */
	StepState status;        /* one that ends an attempt */
	TimestampTz started_at;
	TimestampTz finished_at;
	const char *worker; /* NULL: no worker had it */
	Jsonb *inputs;      /* NULL: they could not be had */
	Jsonb *outputs;     /* NULL: null */
	const char *error;
	const char *error_class;
	const char *stdout_text;
	const char *stderr_text;
	Jsonb *usage;             /* {"input_tokens", ...}; NULL: none */
	const Artifact *artifact; /* NULL: none */
	bool is_from_cache;       /* the step was not run: its result was known */
} Attempt;

/* The result of a step of a run, wanted or had. */
typedef struct StepOutput
{
	const pg_uuid_t *run_id;
	int step;
	Jsonb *value; /* NULL: null, or not to be had */
} StepOutput;

/* Appends all in one statement: a List of Attempt *. */
extern void attempt_store_add(List *attempts);

/* Fills in the values of steps that succeeded: a List of StepOutput *. */
extern void attempt_store_read_outputs(List *outputs);

#endif
