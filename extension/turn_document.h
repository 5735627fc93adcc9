/*
 * turn_document.h
 *		A turn as JSON: the results and the demand it is given, its answer.
 */
#ifndef MCP_TURN_DOCUMENT_H
#define MCP_TURN_DOCUMENT_H

#include "problem.h"
#include "turn.h"

/*
 * [{run_id, step_ordinal, attempt, success, result, error, error_class, stdout,
 * stderr, retry_after_seconds}], as a List of TurnResult *.  A failure needs its error; the other
 * texts may be null.  Keys that are not known are passed over: a worker may be
 * newer than the extension.  Adds problems.
 */
extern List *turn_document_read_results(Jsonb *document, ProblemList *problems);

/* [{run_id, step_ordinal, attempt}], as a List of TurnHeld *.  Adds problems. */
extern List *turn_document_read_held(Jsonb *document, ProblemList *problems);

/* {"<queue>": <room>}, as a List of TurnDemand *.  Adds problems. */
extern List *turn_document_read_demands(Jsonb *document, ProblemList *problems);

/* {tasks, finished, refused, sleep_ms} */
extern Jsonb *turn_document_print(const Turn *turn, int sleep_ms);

#endif
