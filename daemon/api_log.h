/*
 * api_log.h
 *		A line of the log for each request that was answered.
 */
#ifndef MCPD_API_LOG_H
#define MCPD_API_LOG_H

#include "api.h"

/*
 * At DEBUG, or as a warning where the fault is ours (500 and up).  request may be
 * NULL: no route was looked for.  Names the route and what its "*" stood for first,
 * as a rule an id; never the query, nor a credential.
 */
extern void api_log(const HttpRequest *http, const ApiRequest *request,
                    int status, uint64_t nanoseconds);

#endif
