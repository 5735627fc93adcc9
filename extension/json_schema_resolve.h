/*
 * json_schema_resolve.h
 *		Where the references of a schema lead.
 *
 * Within the documents compiled so far, to the built-in meta-schemas, and to
 * what is registered in mcp.json_schemas; never to the network.
 */
#ifndef MCP_JSON_SCHEMA_RESOLVE_H
#define MCP_JSON_SCHEMA_RESOLVE_H

#include "json_schema_compiler.h"

/* Reads $ref and $dynamicRef; where they lead is found out later. */
extern void resolve_read_reference(SchemaDraft *draft, const JsonbValue *value);

/*
 * Resolves all references, those in documents met on the way too.  A reference
 * to nothing is complained about and then allows everything.
 */
extern void resolve_pending(SchemaCompiler *compiler);

/* A document by its URI, without fragment; NULL where nobody has it. */
extern Jsonb *resolve_load_document(SchemaCompiler *compiler, const char *uri);

#endif
