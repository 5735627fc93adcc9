/*
 * mcp_config_key.h
 *		One key of a config: what may stand under it.
 *
 * A kind of MCP is a table of these; each check reads its key from the config
 * and adds a problem where something else stands there.
 */
#ifndef MCP_MCP_CONFIG_KEY_H
#define MCP_MCP_CONFIG_KEY_H

#include "json_reader.h"

typedef struct ConfigKey ConfigKey;

typedef void (*ConfigCheck)(const JsonObject *config, const ConfigKey *key);

struct ConfigKey
{
	const char *name; /* NULL ends a table */
	ConfigCheck check;
	JsonNeed need;
	const JsonTextLimits *text; /* of a string, or of each in an array */
	const JsonRange *range;     /* of a number, or of each in an array */
	const char *default_value;  /* as JSON, or NULL */
};

/* A string. */
extern void config_check_text(const JsonObject *config, const ConfigKey *key);

/* Strings of which none stands twice. */
extern void config_check_texts(const JsonObject *config, const ConfigKey *key);

extern void config_check_number(const JsonObject *config, const ConfigKey *key);
extern void
config_check_integer(const JsonObject *config, const ConfigKey *key);
extern void
config_check_integers(const JsonObject *config, const ConfigKey *key);
extern void config_check_flag(const JsonObject *config, const ConfigKey *key);
extern void config_check_object(const JsonObject *config, const ConfigKey *key);

/*
 * A path that stays below its directory by its text: relative, no "..".  Where
 * links lead is seen by whoever opens it.
 */
extern void config_check_path(const JsonObject *config, const ConfigKey *key);

/* A notebook: the text of one, or the object itself. */
extern void
config_check_notebook(const JsonObject *config, const ConfigKey *key);

/* A flag that may be false only where "cells_to_execute" names some. */
extern void
config_check_execute_all(const JsonObject *config, const ConfigKey *key);

/* [{name, description, parameters}], names unique. */
extern void config_check_tools(const JsonObject *config, const ConfigKey *key);

/* {"ttl": seconds}: for how long a result is used again. */
extern void config_check_cache(const JsonObject *config, const ConfigKey *key);

/* {"hosts": ["name:port"]}: what a script may reach by way of its proxy. */
extern void
config_check_network(const JsonObject *config, const ConfigKey *key);

/* "auto" or "none". */
extern void
config_check_tool_choice(const JsonObject *config, const ConfigKey *key);

/* Whatever it is, it is kept and means nothing. */
extern void
config_check_nothing(const JsonObject *config, const ConfigKey *key);

#endif
