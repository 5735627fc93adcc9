/*
 * run_signal.h
 *		What a run is told from outside: signals, and decisions on approvals.
 *
 * Under the lock of the run, so that a step which begins to wait meanwhile
 * either finds what was sent or is found.  The step itself goes on with the next
 * turn of any worker.  The verbs need an SPI connection and raise MC020 for an
 * unknown run, MC010 for one that has ended.
 */
#ifndef MCP_RUN_SIGNAL_H
#define MCP_RUN_SIGNAL_H

#include "utils/jsonb.h"
#include "utils/uuid.h"

/* payload may be NULL: null.  Returns the id of the signal. */
extern pg_uuid_t
run_signal_send(const pg_uuid_t *run_id, const char *name, Jsonb *payload);

/*
 * Raises MC010 where no approval is waited for at the step, or it is decided, and
 * 42501 where the actor is in none of the roles that may.  comment may be NULL.
 */
extern Jsonb *run_signal_decide(const pg_uuid_t *run_id, const char *step_id,
                                bool is_approved, const char *comment);

#endif
