/*
 * child_request.h
 *		A child's plan as the message that mcp-runner reads.
 */
#ifndef MCPD_CHILD_REQUEST_H
#define MCPD_CHILD_REQUEST_H

#include "child.h"

extern Status
child_request_send(const ChildPlan *plan, const int ends[RUNNER_FDS],
                   Error *error) MUST_CHECK;

#endif
