/*
 * handed_inputs.h
 *		The inputs of steps that this backend handed out, until their results come.
 *
 * Most results come back to where their task was handed out.  What is not here
 * (another session has it, or there was too much of it) is worked out again from
 * what it was made of.
 */
#ifndef MCP_HANDED_INPUTS_H
#define MCP_HANDED_INPUTS_H

#include "utils/jsonb.h"
#include "utils/uuid.h"

extern void
handed_inputs_keep(const pg_uuid_t *run_id, int slot, Jsonb *inputs);

/* A copy of them, which are forgotten; or NULL. */
extern Jsonb *handed_inputs_take(const pg_uuid_t *run_id, int slot);

#endif
