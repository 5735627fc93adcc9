/*
 * executor_http_answer.h
 *		The answer of an HTTP server as the result of a step.
 */
#ifndef MCPD_EXECUTOR_HTTP_ANSWER_H
#define MCPD_EXECUTOR_HTTP_ANSWER_H

#include "executor_kind.h"
#include "fetch.h"

/*
 * {"status", "headers": {name in small letters: value}, "body", "url"}, also
 * where the status is not one that was expected, which is a failure.
 */
extern ExecutorResult
executor_http_answer(const ExecutorTask *task, const char *url,
                     const FetchAnswer *answer);

#endif
