/*
 * json_schema_dialect.h
 *		Which vocabularies a schema is written in: what its $schema says.
 */
#ifndef MCP_JSON_SCHEMA_DIALECT_H
#define MCP_JSON_SCHEMA_DIALECT_H

#include "json_schema_compiler.h"

/* The dialect of a schema that names none. */
#define DIALECT_STANDARD "https://json-schema.org/draft/2020-12/schema"

/*
 * The vocabularies of the dialect that value, the "$schema" at path, names.
 * Complains, and returns the standard's, for a dialect that is unknown or wants
 * a vocabulary that we do not have.
 */
extern int dialect_read(SchemaCompiler *compiler, const JsonbValue *value,
                        const JsonPath *path);

#endif
