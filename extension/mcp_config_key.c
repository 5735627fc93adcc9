/*
 * mcp_config_key.c
 *		One key of a config: what may stand under it.
 */
#include "postgres.h"

#include "json_array.h"
#include "json_text.h"
#include "mcp_config_key.h"
#include "name_map.h"

static void check_tool(const JsonObject *tool, NameMap *places, int place);
static void add_unsafe_path(const JsonObject *config, const ConfigKey *key,
                            const char *text);
static bool has_parent_component(const char *path);

void
config_check_text(const JsonObject *config, const ConfigKey *key)
{
	(void) json_object_read_string(config, key->name, key->need, key->text);
}

void
config_check_texts(const JsonObject *config, const ConfigKey *key)
{
	JsonArray array;

	(void) json_object_read_array(config, key->name, key->need, &array);
	(void) json_array_read_strings(&array, key->text);
}

void
config_check_number(const JsonObject *config, const ConfigKey *key)
{
	double ignored;

	(void) json_object_read_number(
		config, key->name, key->need, key->range, &ignored);
}

void
config_check_integer(const JsonObject *config, const ConfigKey *key)
{
	int ignored;

	(void) json_object_read_integer(
		config, key->name, key->need, key->range, &ignored);
}

void
config_check_integers(const JsonObject *config, const ConfigKey *key)
{
	JsonArray array;
	int ignored;

	(void) json_object_read_array(config, key->name, key->need, &array);
	for (int i = 0; i < array.length && !problem_is_full(config->problems); i++)
		(void) json_array_read_integer(&array, i, key->range, &ignored);
}

void
config_check_flag(const JsonObject *config, const ConfigKey *key)
{
	bool ignored;

	(void) json_object_read_bool(config, key->name, key->need, &ignored);
}

void
config_check_object(const JsonObject *config, const ConfigKey *key)
{
	JsonObject ignored;

	(void) json_object_read_object(
		config, key->name, key->need, key->name, &ignored);
}

void
config_check_path(const JsonObject *config, const ConfigKey *key)
{
	char *path =
		json_object_read_string(config, key->name, key->need, key->text);

	if (path != NULL && (path[0] == '/' || has_parent_component(path)))
		add_unsafe_path(config, key, path);
}

void
config_check_notebook(const JsonObject *config, const ConfigKey *key)
{
	JsonbValue value;

	if (json_object_find(config, key->name, &value) &&
	    value.type == jbvBinary && JsonContainerIsObject(value.val.binary.data))
		return;
	config_check_text(config, key);
}

/* Where cells are named they are what is run, whatever this key says. */
void
config_check_execute_all(const JsonObject *config, const ConfigKey *key)
{
	bool is_all = true;
	JsonPath path = json_object_path(config, key->name);
	JsonbValue cells;

	if (!json_object_read_bool(config, key->name, JSON_OPTIONAL, &is_all) ||
	    is_all)
		return;
	if (json_object_find(config, "cells_to_execute", &cells) &&
	    cells.type == jbvBinary && JsonContainerSize(cells.val.binary.data) > 0)
		return;
	problem_add(config->problems,
	            PROBLEM_DEFINITION,
	            "nothing_to_execute",
	            &path,
	            "Name the cells in \"cells_to_execute\", counted from 0.",
	            "\"%s\" is false, and no cell is named",
	            key->name);
}

void
config_check_tools(const JsonObject *config, const ConfigKey *key)
{
	NameMap *places = name_map_create();
	JsonArray array;

	(void) json_object_read_array(config, key->name, key->need, &array);
	for (int i = 0; i < array.length && !problem_is_full(config->problems); i++)
	{
		JsonObject tool;

		if (json_array_read_object(&array, i, "tool", &tool))
			check_tool(&tool, places, i);
	}
}

void
config_check_tool_choice(const JsonObject *config, const ConfigKey *key)
{
	static const char *const choices[] = {"auto", "none"};

	(void) json_object_read_word(
		config, key->name, key->need, choices, lengthof(choices));
}

void
config_check_cache(const JsonObject *config, const ConfigKey *key)
{
	static const char *const keys[] = {"ttl"};
	JsonObject cache;
	double ignored;

	if (!json_object_read_object(
			config, key->name, key->need, key->name, &cache))
		return;
	(void) json_object_read_number(
		&cache, "ttl", JSON_REQUIRED, key->range, &ignored);
	json_object_check_keys(&cache, keys, lengthof(keys));
}

void
config_check_nothing(const JsonObject *config, const ConfigKey *key)
{
}

/* An assistant calls a tool by its name, so each has one of its own. */
static void
check_tool(const JsonObject *tool, NameMap *places, int place)
{
	static const char *const keys[] = {
		"name", "description", "parameters", "mcp", "workflow"};
	static const JsonTextLimits line = {JSON_TEXT_LINE, 1, 100};
	static const JsonTextLimits target = {JSON_TEXT_LINE, 1, 200};
	static const JsonTextLimits any = {JSON_TEXT_ANY, 0, 0};
	JsonPath path = json_object_path(tool, "name");
	JsonObject ignored;
	char *name;
	int first;

	json_object_check_keys(tool, keys, lengthof(keys));
	name = json_object_read_string(tool, "name", JSON_REQUIRED, &line);
	first = name == NULL ? -1 : name_map_add(places, name, place);
	if (first >= 0)
		problem_add(tool->problems,
		            PROBLEM_DEFINITION,
		            "duplicate",
		            &path,
		            NULL,
		            "tools %d and %d have the same name %s",
		            first,
		            place,
		            json_text_quote(name, (int) strlen(name)));
	(void) json_object_read_string(tool, "description", JSON_OPTIONAL, &any);
	(void) json_object_read_object(
		tool, "parameters", JSON_OPTIONAL, "parameters", &ignored);
	(void) json_object_read_string(tool, "mcp", JSON_OPTIONAL, &target);
	(void) json_object_read_string(tool, "workflow", JSON_OPTIONAL, &target);
	if (json_object_has(tool, "mcp") && json_object_has(tool, "workflow"))
		problem_add(tool->problems,
		            PROBLEM_DEFINITION,
		            "two_targets",
		            &tool->path,
		            NULL,
		            "a tool stands for an MCP or a workflow, not for both");
}

static void
add_unsafe_path(const JsonObject *config, const ConfigKey *key,
                const char *text)
{
	JsonPath path = json_object_path(config, key->name);

	problem_add(
		config->problems,
		PROBLEM_DEFINITION,
		"unsafe_path",
		&path,
		"It is looked up below the directory that the daemon was given, "
		"for instance \"team/job\".",
		"\"%s\" must be a relative path without \"..\", not %s",
		key->name,
		json_text_quote(text, (int) strlen(text)));
}

/* Is ".." one of its components? */
static bool
has_parent_component(const char *path)
{
	for (;;)
	{
		size_t length = strcspn(path, "/");

		if (length == 2 && path[0] == '.' && path[1] == '.')
			return true;
		if (path[length] == '\0')
			return false;
		path += length + 1;
	}
}
