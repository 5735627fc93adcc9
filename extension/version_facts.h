/*
 * version_facts.h
 *		What the engine asks of an MCP version: what it takes and gives, its queue,
 *		for how long a result is good.
 *
 * A version never changes: it is read once per backend.  One that says nothing of
 * these, as most do, costs a look into a hash.
 */
#ifndef MCP_VERSION_FACTS_H
#define MCP_VERSION_FACTS_H

#include "utils/jsonb.h"
#include "utils/uuid.h"

/*
 * NULL where the inputs match, or there is nothing to match; else a sentence that
 * names the path, palloc'd.  Needs an SPI connection.
 */
extern char *
version_facts_check_inputs(const pg_uuid_t *version_id, Jsonb *inputs);

/* The same for a result; NULL is the JSON null. */
extern char *
version_facts_check_result(const pg_uuid_t *version_id, Jsonb *result);

/*
 * The queue of an MCP that is for workers of somebody's own, copied for the
 * caller; NULL where it names none.  Needs an SPI connection.
 */
extern char *version_facts_queue(const pg_uuid_t *version_id);

/* For how many seconds a result is used again; 0: it is not. */
extern double version_facts_cache_ttl(const pg_uuid_t *version_id);

#endif
