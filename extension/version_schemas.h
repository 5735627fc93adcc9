/*
 * version_schemas.h
 *		What an MCP version takes and gives, held against real inputs and results.
 *
 * A version never changes, nor do its schemas: they are read once per backend.
 * A version without schemas, which most are, costs one look into a hash.
 */
#ifndef MCP_VERSION_SCHEMAS_H
#define MCP_VERSION_SCHEMAS_H

#include "utils/jsonb.h"
#include "utils/uuid.h"

/*
 * NULL where the inputs match, or there is nothing to match; else a sentence that
 * names the path, palloc'd.  Needs an SPI connection.
 */
extern char *
version_schemas_check_inputs(const pg_uuid_t *version_id, Jsonb *inputs);

/* The same for a result; NULL is the JSON null. */
extern char *
version_schemas_check_result(const pg_uuid_t *version_id, Jsonb *result);

#endif
