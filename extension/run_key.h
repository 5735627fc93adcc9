/*
 * run_key.h
 *		Idempotency keys: a start that comes twice makes one run.
 */
#ifndef MCP_RUN_KEY_H
#define MCP_RUN_KEY_H

#include "utils/jsonb.h"
#include "utils/uuid.h"

typedef struct RunKey
{
	const pg_uuid_t *target_id; /* the workflow, or the MCP */
	const char *key;
	int ttl; /* seconds for which it is taken */
	Datum inputs;
	Jsonb *options;
} RunKey;

/*
 * Takes the key for the run and returns true; or returns false, and the run that
 * has it, where the same was asked before.  Waits for another session that is
 * about to take it.  Raises MC012 where the key stands for other inputs or
 * options.  Needs an SPI connection.
 */
extern bool run_key_take(const RunKey *key, pg_uuid_t *run_id);

#endif
