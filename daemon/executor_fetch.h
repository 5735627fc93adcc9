/*
 * executor_fetch.h
 *		What the end of a request to a server means for an attempt.
 */
#ifndef MCPD_EXECUTOR_FETCH_H
#define MCPD_EXECUTOR_FETCH_H

#include "executor_kind.h"
#include "fetch.h"

/* For an end that is no answer. */
extern ExecutorFailure executor_fetch_failure(FetchEnd end);

/* How long the server wants to be left alone, where its status says that. */
extern double executor_fetch_retry_after(const FetchAnswer *answer);

#endif
