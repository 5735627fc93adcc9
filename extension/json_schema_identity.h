/*
 * json_schema_identity.h
 *		What a schema is called: its resource, its anchors.
 */
#ifndef MCP_JSON_SCHEMA_IDENTITY_H
#define MCP_JSON_SCHEMA_IDENTITY_H

#include "json_schema_compiler.h"

extern SchemaResource *
identity_create_resource(SchemaCompiler *compiler, const char *uri,
                         const JsonbValue *root, const JsonPath *path);

/*
 * The resource that the object at path belongs to: a new one if it has an $id,
 * except that a document's own $id only gives its resource another URI.
 */
extern SchemaResource *
identity_open_resource(SchemaCompiler *compiler, SchemaResource *outer,
                       const JsonbValue *object, const JsonPath *path);

extern void identity_read_anchors(SchemaDraft *draft);

#endif
