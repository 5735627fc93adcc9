/*
 * json_schema_index.h
 *		What a compilation has met so far: resources, anchors and nodes.
 */
#ifndef MCP_JSON_SCHEMA_INDEX_H
#define MCP_JSON_SCHEMA_INDEX_H

#include "json_schema_compiler.h"

/* Both tables live in the current memory context. */
extern void index_begin(SchemaCompiler *compiler);

/* False where the URI, or the anchor in that resource, is taken already. */
extern bool index_add_resource(SchemaCompiler *compiler, const char *uri,
                               SchemaResource *resource);
extern bool
index_add_anchor(SchemaCompiler *compiler, const SchemaResource *resource,
                 const char *name, SchemaNode *node, bool is_dynamic);
extern void index_add_node(SchemaCompiler *compiler,
                           const JsonbContainer *container, SchemaNode *node);

/* NULL where there is none. */
extern SchemaResource *
index_find_resource(SchemaCompiler *compiler, const char *uri);
extern SchemaNode *
index_find_anchor(SchemaCompiler *compiler, const SchemaResource *resource,
                  const char *name, bool *is_dynamic);
extern SchemaNode *
index_find_node(SchemaCompiler *compiler, const JsonbContainer *container);

/* A walk over all nodes that were added; it must go on until NULL. */
extern void index_open_nodes(SchemaCompiler *compiler, HASH_SEQ_STATUS *scan);
extern SchemaNode *index_next_node(HASH_SEQ_STATUS *scan);

#endif
