/*
 * json_schema_store.h
 *		The registered schemas: rows of mcp.json_schemas.
 */
#ifndef MCP_JSON_SCHEMA_STORE_H
#define MCP_JSON_SCHEMA_STORE_H

#include "utils/jsonb.h"

/*
 * The schema of that URI, copied into the current memory context; NULL where it
 * is not registered.  Read with the rights of the table's owner: whoever may
 * validate may refer to what is registered.
 */
extern Jsonb *schema_store_find(const char *uri);

/*
 * Whether what is read now is what any later transaction would read.  It is not
 * while a parallel query runs, which lets nobody take a newer snapshot.
 */
extern bool schema_store_is_current(void);

/* The table, once this backend has read it; InvalidOid before. */
extern Oid schema_store_relation(void);

#endif
