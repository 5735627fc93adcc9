/*
 * mcp_config.h
 *		The configuration of one kind of MCP: its keys, their ranges, defaults.
 *
 * Says what a JSON Schema cannot, or cannot say well: one of two keys is
 * required, a path stays below its directory, an unknown key is a typo of which
 * known one.
 */
#ifndef MCP_MCP_CONFIG_H
#define MCP_MCP_CONFIG_H

#include "json_reader.h"

/* In the order of mcp_config_kinds. */
typedef enum McpKind
{
	MCP_LLM_PROMPT,
	MCP_JUPYTER_NOTEBOOK,
	MCP_PYTHON_SCRIPT,
	MCP_AI_ASSISTANT,
	MCP_KIND_COUNT /* no kind */
} McpKind;

/* As they stand under "type". */
extern const char *const mcp_config_kinds[MCP_KIND_COUNT];

/* The kind of that name, or MCP_KIND_COUNT. */
extern McpKind mcp_config_find_kind(const char *type);

/* "python_script config": the noun for messages. */
extern const char *mcp_config_noun(McpKind kind);

/* Adds each problem of the config to its list. */
extern void mcp_config_check(const JsonObject *config, McpKind kind);

/*
 * What is stored: all keys as they were given, and the default for each key that
 * has one and was absent or null.  So a version runs tomorrow as it ran today,
 * whatever the defaults are then.  Only for a config without problems.
 */
extern Jsonb *mcp_config_complete(const JsonObject *config, McpKind kind);

#endif
