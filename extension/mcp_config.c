/*
 * mcp_config.c
 *		The configuration of one kind of MCP: its keys, their ranges, defaults.
 *
 * Each kind is a table of keys.  The same rules, as far as JSON Schema can say
 * them, stand in mcp_types.config_schema for those who read them from SQL; a
 * test holds the two together.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"

#include "json_text.h"
#include "mcp_config.h"
#include "mcp_config_key.h"

/* Keys of one kind at most, those of all kinds included. */
#define KEYS_MAX 20

typedef struct ConfigKind
{
	const char *noun;
	const ConfigKey *keys;
	const char *one_of[2]; /* at least one of them is required, or NULL */
} ConfigKind;

static void check_type(const JsonObject *config, McpKind kind);
static void check_one_of(const JsonObject *config, const ConfigKind *kind);
static void check_keys(const JsonObject *config, const ConfigKey *keys);
static void check_unknown_keys(const JsonObject *config, const ConfigKey *keys);

const char *const mcp_config_kinds[MCP_KIND_COUNT] = {
	[MCP_LLM_PROMPT] = "llm_prompt",
	[MCP_JUPYTER_NOTEBOOK] = "jupyter_notebook",
	[MCP_PYTHON_SCRIPT] = "python_script",
	[MCP_AI_ASSISTANT] = "ai_assistant",
};

static const JsonTextLimits any = {JSON_TEXT_ANY, 0, 0};
static const JsonTextLimits body = {JSON_TEXT_BODY, 0, 0};
static const JsonTextLimits line = {JSON_TEXT_LINE, 0, 200};
static const JsonTextLimits host_line = {JSON_TEXT_LINE, 0, 260};
static const JsonTextLimits path_line = {JSON_TEXT_LINE, 0, 1000};

static const JsonRange unit = {0, 1};
static const JsonRange index_range = {0, PG_INT32_MAX};
static const JsonRange positive = {1, PG_INT32_MAX};
static const JsonRange seconds = {60, PG_INT32_MAX};
static const JsonRange turns = {1, 100};
static const JsonRange days = {1, 36500};
static const JsonRange cache_seconds = {0.001, 315360000};

/*
 * "type" is checked apart.  Old clients repeat what stands around the config; it
 * is kept, so that they read back what they wrote, and means nothing.
 */
static const ConfigKey common_keys[] = {
	{"input_variables", config_check_texts, .text = &line},
	{"cache",
     config_check_cache,
     .need = JSON_OPTIONAL,
     .range = &cache_seconds},
	{"name", config_check_nothing, .need = JSON_OPTIONAL},
	{"type", config_check_nothing, .need = JSON_OPTIONAL},
	{"description", config_check_nothing, .need = JSON_OPTIONAL},
	{"id", config_check_nothing, .need = JSON_OPTIONAL},
	{.name = NULL},
};

static const ConfigKey llm_prompt_keys[] = {
	{"template", config_check_text, .need = JSON_REQUIRED, .text = &body},
	{"model_name", config_check_text, .text = &line},
	{"temperature",
     config_check_number,
     .range = &unit,
     .default_value = "0.7"},
	{"max_tokens",
     config_check_integer,
     .range = &positive,
     .default_value = "1000"},
	{"system_prompt", config_check_text, .text = &any},
	{"response_format", config_check_object, .need = JSON_OPTIONAL},
	{.name = NULL},
};

static const ConfigKey jupyter_notebook_keys[] = {
	{"notebook_path", config_check_path, .text = &path_line},
	{"notebook_content", config_check_notebook, .text = &body},
	{"execute_all", config_check_execute_all, .default_value = "true"},
	{"cells_to_execute", config_check_integers, .range = &index_range},
	{"cell_timeout", config_check_integer, .range = &positive},
	{"network",
     config_check_network,
     .need = JSON_OPTIONAL,
     .text = &host_line},
	{"timeout",
     config_check_integer,
     .range = &seconds,
     .default_value = "600"},
	{.name = NULL},
};

static const ConfigKey python_script_keys[] = {
	{"script_path", config_check_path, .text = &path_line},
	{"script_content", config_check_text, .text = &body},
	{"requirements", config_check_texts, .text = &line, .default_value = "[]"},
	{"virtual_env", config_check_flag, .default_value = "true"},
	{"network",
     config_check_network,
     .need = JSON_OPTIONAL,
     .text = &host_line},
	{"timeout",
     config_check_integer,
     .range = &seconds,
     .default_value = "600"},
	{.name = NULL},
};

static const ConfigKey ai_assistant_keys[] = {
	{"system_prompt", config_check_text, .need = JSON_REQUIRED, .text = &body},
	{"model_name", config_check_text, .text = &line},
	{"temperature",
     config_check_number,
     .range = &unit,
     .default_value = "0.7"},
	{"max_tokens",
     config_check_integer,
     .range = &positive,
     .default_value = "1000"},
	{"memory_size",
     config_check_integer,
     .range = &positive,
     .default_value = "10"},
	{"memory_days", config_check_integer, .range = &days},
	{"max_turns", config_check_integer, .range = &turns, .default_value = "10"},
	{"tools", config_check_tools, .need = JSON_OPTIONAL},
	{"tool_choice", config_check_tool_choice, .need = JSON_OPTIONAL},
	{"response_format", config_check_object, .need = JSON_OPTIONAL},
	{"metadata", config_check_object, .need = JSON_OPTIONAL},
	{.name = NULL},
};

static const ConfigKind kinds[MCP_KIND_COUNT] = {
	[MCP_LLM_PROMPT] = {"llm_prompt config", llm_prompt_keys, {NULL, NULL}},
	[MCP_JUPYTER_NOTEBOOK] = {"jupyter_notebook config",
                              jupyter_notebook_keys,
                              {"notebook_path", "notebook_content"}},
	[MCP_PYTHON_SCRIPT] = {"python_script config",
                           python_script_keys,
                           {"script_path", "script_content"}},
	[MCP_AI_ASSISTANT] = {"ai_assistant config",
                          ai_assistant_keys,
                          {NULL, NULL}},
};

McpKind
mcp_config_find_kind(const char *type)
{
	McpKind kind = MCP_LLM_PROMPT;

	while (kind < MCP_KIND_COUNT && strcmp(mcp_config_kinds[kind], type) != 0)
		kind++;
	return kind;
}

const char *
mcp_config_noun(McpKind kind)
{
	return kinds[kind].noun;
}

void
mcp_config_check(const JsonObject *config, McpKind kind)
{
	const ConfigKey *keys = kinds[kind].keys;

	check_unknown_keys(config, keys);
	check_type(config, kind);
	check_one_of(config, &kinds[kind]);
	check_keys(config, keys);
	check_keys(config, common_keys);
}

Jsonb *
mcp_config_complete(const JsonObject *config, McpKind kind)
{
	StringInfoData defaults;
	Datum given = JsonbPGetDatum(json_object_copy(config));

	initStringInfo(&defaults);
	for (const ConfigKey *key = kinds[kind].keys; key->name != NULL; key++)
	{
		if (key->default_value != NULL && !json_object_has(config, key->name))
			appendStringInfo(&defaults,
			                 "%s\"%s\": %s",
			                 defaults.len == 0 ? "{" : ", ",
			                 key->name,
			                 key->default_value);
	}
	if (defaults.len == 0)
		return DatumGetJsonbP(given);
	appendStringInfoChar(&defaults, '}');

	/* Of two values the right one wins: here always over a null. */
	return DatumGetJsonbP(DirectFunctionCall2(
		jsonb_concat,
		given,
		DirectFunctionCall1(jsonb_in, CStringGetDatum(defaults.data))));
}

/* A config may say of which kind it is, but then the truth. */
static void
check_type(const JsonObject *config, McpKind kind)
{
	JsonPath path = json_object_path(config, "type");
	char *type = json_object_read_string(config, "type", JSON_OPTIONAL, &any);

	if (type == NULL || strcmp(type, mcp_config_kinds[kind]) == 0)
		return;
	problem_add(config->problems,
	            PROBLEM_DEFINITION,
	            "contradicting_type",
	            &path,
	            "Leave \"type\" out of the config, or repeat the MCP's.",
	            "config says type %s, but the MCP is of type \"%s\"",
	            json_text_quote(type, (int) strlen(type)),
	            mcp_config_kinds[kind]);
}

static void
check_one_of(const JsonObject *config, const ConfigKind *kind)
{
	const char *const *keys = kind->one_of;

	if (keys[0] == NULL || config->container == NULL ||
	    json_object_has(config, keys[0]) || json_object_has(config, keys[1]))
		return;
	problem_add(config->problems,
	            PROBLEM_DEFINITION,
	            "one_required",
	            &config->path,
	            psprintf("Where both are given, \"%s\" is used.", keys[1]),
	            "the %s must have \"%s\" or \"%s\"",
	            kind->noun,
	            keys[0],
	            keys[1]);
}

static void
check_keys(const JsonObject *config, const ConfigKey *keys)
{
	for (const ConfigKey *key = keys; key->name != NULL; key++)
		key->check(config, key);
}

static void
check_unknown_keys(const JsonObject *config, const ConfigKey *keys)
{
	const char *allowed[KEYS_MAX];
	int count = 0;

	for (const ConfigKey *key = keys; key->name != NULL; key++)
		allowed[count++] = key->name;
	for (const ConfigKey *key = common_keys; key->name != NULL; key++)
		allowed[count++] = key->name;
	Assert(count <= KEYS_MAX);
	json_object_check_keys(config, allowed, count);
}
