/*
 * api_execute.h
 *		Starting a run for a request, and answering with how it ended.
 *
 * With `Prefer: respond-async` the answer is 202 at once: where to look.
 */
#ifndef MCPD_API_EXECUTE_H
#define MCPD_API_EXECUTE_H

#include "api.h"

/* The body: null, a bare object of inputs, or {"initial_inputs": {...}}. */
extern void api_execute_workflow(ApiRequest *request, const char *workflow);

/* The body: the inputs object.  Answers {success, result, error, ...}. */
extern void api_execute_mcp(ApiRequest *request, const char *mcp);

#endif
