/*
 * turn_request.h
 *		What a worker says in a turn, read from its JSON.
 */
#ifndef MCP_TURN_REQUEST_H
#define MCP_TURN_REQUEST_H

#include "problem.h"
#include "turn.h"

/*
 * [{run_id, step_ordinal, attempt, success, result, error, error_class, stdout,
 * stderr, usage, retry_after_seconds, tool_calls, memory, artifact}], as a List of
 * TurnResult *.  A failure needs its error; the other texts may be null.  Keys
 * that are not known are passed over: a worker may be newer than the extension.
 * Adds problems.
 */
extern List *turn_request_read_results(Jsonb *document, ProblemList *problems);

/* [{run_id, step_ordinal, attempt}], as a List of TurnHeld *.  Adds problems. */
extern List *turn_request_read_held(Jsonb *document, ProblemList *problems);

/* {"<queue>": <room>}, as a List of TurnDemand *.  Adds problems. */
extern List *turn_request_read_demands(Jsonb *document, ProblemList *problems);

#endif
