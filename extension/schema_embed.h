/*
 * schema_embed.h
 *		The schema of one property of an object, as a document of its own.
 */
#ifndef MCP_SCHEMA_EMBED_H
#define MCP_SCHEMA_EMBED_H

#include "utils/jsonb.h"

/*
 * A reference into the whole schema, which becomes a resource with an id, so that
 * its own "#/..." still mean what they meant.  NULL where it says nothing of the
 * property, or where it has an id and need not be bent.  palloc'd.
 */
extern Jsonb *schema_embed_property(Jsonb *schema, const char *name);

#endif
