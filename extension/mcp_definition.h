/*
 * mcp_definition.h
 *		The documents that define MCPs: read whole, with all that is wrong.
 *
 * Looks at nothing but the document and the kinds there are; whether its slug or
 * version exists already is for mcp_store to say.
 */
#ifndef MCP_MCP_DEFINITION_H
#define MCP_MCP_DEFINITION_H

#include "nodes/pg_list.h"
#include "utils/jsonb.h"

#include "mcp_type.h"
#include "problem.h"

typedef struct McpVersion
{
	char *version_str;
	char *description;    /* or NULL */
	Jsonb *config;        /* defaults filled in */
	Jsonb *input_schema;  /* or NULL: any object will do */
	Jsonb *output_schema; /* or NULL: any result will do */
} McpVersion;

typedef struct McpDefinition
{
	char *name;
	char *slug; /* or NULL: to be made of the name */
	McpType type;
	char *description; /* or NULL */
	List *tags;        /* of char * */
	McpVersion version;
} McpDefinition;

/* Only what has_... says was given. */
typedef struct McpChanges
{
	bool has_name;
	bool has_description;
	bool has_tags;
	char *name;
	char *description; /* or NULL: none any more */
	List *tags;
} McpChanges;

/*
 * The parsers add each problem to the list; what they fill in is whole only
 * where the list stays empty.  The document must outlive the result.
 */

/*
 * What create_mcp takes: {name, type, description, tags, slug, initial_config
 * (or config), initial_version_str, initial_version_description, input_schema,
 * output_schema}.
 */
extern void mcp_definition_parse(Jsonb *document, McpDefinition *definition,
                                 ProblemList *problems);

/* What add_mcp_version takes: {version_str, description, config, input_schema,
 * output_schema}. */
extern void mcp_version_parse(Jsonb *document, const McpType *type,
                              McpVersion *version, ProblemList *problems);

/* What update_mcp takes: any of {name, description, tags}. */
extern void
mcp_changes_parse(Jsonb *document, McpChanges *changes, ProblemList *problems);

#endif
