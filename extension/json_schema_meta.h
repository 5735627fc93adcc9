/*
 * json_schema_meta.h
 *		The meta-schemas of JSON Schema 2020-12, built in.
 */
#ifndef MCP_JSON_SCHEMA_META_H
#define MCP_JSON_SCHEMA_META_H

#include "utils/jsonb.h"

/*
 * The meta-schema of that URI, without fragment, made anew in the current memory
 * context; NULL for any other URI.
 */
extern Jsonb *meta_find(const char *uri);

#endif
