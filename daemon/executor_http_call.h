/*
 * executor_http_call.h
 *		The request that a config and the inputs of a step make.
 */
#ifndef MCPD_EXECUTOR_HTTP_CALL_H
#define MCPD_EXECUTOR_HTTP_CALL_H

#include "executor_kind.h"
#include "fetch.h"

/*
 * Fills in all but egress and time_limit.  Returns false, and *error says in
 * words why, where inputs are missing or what they make cannot be sent.
 */
extern bool executor_http_call_build(const ExecutorTask *task,
                                     FetchRequest *request, const char **error);

/*
 * Turns *request into the one that the redirect leads to; what is for the one
 * server only is not shown to another.  false: it is not to be followed.
 */
extern bool
executor_http_call_redirect(const ExecutorTask *task, const FetchAnswer *answer,
                            FetchRequest *request);

#endif
