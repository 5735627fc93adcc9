/*
 * run_request.h
 *		A start as somebody asks for it: read, and made unless it was before.
 *
 * The verbs raise what is wrong and need an SPI connection.
 */
#ifndef MCP_RUN_REQUEST_H
#define MCP_RUN_REQUEST_H

#include "json_reader.h"
#include "run_options.h"

typedef struct RunRequest
{
	RunStart start;
	StartOnce once;
	Jsonb *options; /* as they came */
	bool is_known;  /* set by the verbs: the run was there already */
} RunRequest;

/* Reads inputs and options; what is wrong with them is added to problems. */
extern void run_request_read(RunRequest *request, Jsonb *inputs, Jsonb *options,
                             ProblemList *problems);

/* Starts a workflow, or an MCP, by its id or slug; returns the run. */
extern pg_uuid_t
run_request_start_workflow(RunRequest *request, const char *workflow);
extern pg_uuid_t run_request_start_mcp(RunRequest *request, const char *mcp);

/*
 * Starts many: documents {workflow or mcp, inputs, options}, all of which are
 * checked before the first is made.  Returns an array of ids, in their order;
 * *has_new says whether any of them has work to be done.
 */
extern pg_uuid_t *
run_request_start_many(const Datum *documents, int count, bool *has_new);

#endif
