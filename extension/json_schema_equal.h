/*
 * json_schema_equal.h
 *		Whether two JSON values are the same: 1.0 is 1, order of keys is nothing.
 */
#ifndef MCP_JSON_SCHEMA_EQUAL_H
#define MCP_JSON_SCHEMA_EQUAL_H

#include "utils/jsonb.h"

extern bool json_equal(const JsonbValue *a, const JsonbValue *b);

/* Equal values have equal hashes. */
extern uint64 json_hash(const JsonbValue *value);

#endif
