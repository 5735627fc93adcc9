/*
 * mcp_definition.c
 *		The documents that define MCPs: read whole, with all that is wrong.
 *
 * Unknown keys come first: a write raises the first problem alone, and of a typo
 * "did you mean" helps more than "is missing".
 */
#include "postgres.h"

#include "json_array.h"
#include "json_schema.h"
#include "json_text.h"
#include "mcp_definition.h"
#include "secret_rights.h"
#include "semver.h"
#include "slug.h"

#define DEFAULT_VERSION "0.1.0"

static const JsonTextLimits name_limits = {JSON_TEXT_LINE, 3, 100};
static const JsonTextLimits description_limits = {JSON_TEXT_ANY, 0, 500};
static const JsonTextLimits tag_limits = {JSON_TEXT_LINE, 1, 50};

static List *read_tags(const JsonObject *object);
static char *
read_version_str(const JsonObject *object, const char *key, JsonNeed need);
static Jsonb *
read_config(const JsonObject *object, const char *key, const McpType *type);
static Jsonb *read_schema(const JsonObject *object, const char *key);
static const char *choose_config_key(const JsonObject *object);
static void check_change_keys(const JsonObject *object);
static bool check_fixed_key(const JsonObject *object, const JsonbValue *key);
static bool is_given(const JsonObject *object, const char *key);

void
mcp_definition_parse(Jsonb *document, McpDefinition *definition,
                     ProblemList *problems)
{
	static const char *const keys[] = {"name",
	                                   "type",
	                                   "description",
	                                   "tags",
	                                   "slug",
	                                   "initial_config",
	                                   "config",
	                                   "initial_version_str",
	                                   "initial_version_description",
	                                   "input_schema",
	                                   "output_schema"};
	McpVersion *version = &definition->version;
	JsonObject object;

	if (!json_object_open(&object, document, "MCP definition", problems))
		return;
	json_object_check_keys(&object, keys, lengthof(keys));
	definition->name =
		json_object_read_string(&object, "name", JSON_REQUIRED, &name_limits);
	mcp_type_read(&object, &definition->type);
	definition->description = json_object_read_string(
		&object, "description", JSON_OPTIONAL, &description_limits);
	definition->tags = read_tags(&object);
	definition->slug = slug_read(&object);

	version->version_str =
		read_version_str(&object, "initial_version_str", JSON_OPTIONAL);
	version->description =
		json_object_read_string(&object,
	                            "initial_version_description",
	                            JSON_OPTIONAL,
	                            &description_limits);
	version->config =
		read_config(&object, choose_config_key(&object), &definition->type);
	version->input_schema = read_schema(&object, "input_schema");
	version->output_schema = read_schema(&object, "output_schema");
}

void
mcp_version_parse(Jsonb *document, const McpType *type, McpVersion *version,
                  ProblemList *problems)
{
	static const char *const keys[] = {"version_str",
	                                   "description",
	                                   "config",
	                                   "input_schema",
	                                   "output_schema"};
	JsonObject object;

	if (!json_object_open(&object, document, "MCP version", problems))
		return;
	json_object_check_keys(&object, keys, lengthof(keys));
	version->version_str =
		read_version_str(&object, "version_str", JSON_REQUIRED);
	version->description = json_object_read_string(
		&object, "description", JSON_OPTIONAL, &description_limits);
	version->config = read_config(&object, "config", type);
	version->input_schema = read_schema(&object, "input_schema");
	version->output_schema = read_schema(&object, "output_schema");
}

void
mcp_changes_parse(Jsonb *document, McpChanges *changes, ProblemList *problems)
{
	JsonObject object;

	*changes = (McpChanges){false};
	if (!json_object_open(&object, document, "changes", problems))
		return;
	check_change_keys(&object);
	changes->has_name = is_given(&object, "name");
	changes->has_description = is_given(&object, "description");
	changes->has_tags = is_given(&object, "tags");
	if (changes->has_name)
		changes->name = json_object_read_string(
			&object, "name", JSON_REQUIRED, &name_limits);
	changes->description = json_object_read_string(
		&object, "description", JSON_OPTIONAL, &description_limits);
	changes->tags = read_tags(&object);
}

static List *
read_tags(const JsonObject *object)
{
	JsonArray array;

	(void) json_object_read_array(object, "tags", JSON_OPTIONAL, &array);
	return json_array_read_strings(&array, &tag_limits);
}

static char *
read_version_str(const JsonObject *object, const char *key, JsonNeed need)
{
	static const JsonTextLimits limits = {JSON_TEXT_LINE, 1, SEMVER_MAX};
	char *text = json_object_read_string(object, key, need, &limits);
	JsonPath path = json_object_path(object, key);
	unsigned char ignored[SEMVER_KEY_MAX];

	if (text == NULL)
		return pstrdup(DEFAULT_VERSION);
	if (semver_key(text, ignored) > 0)
		return text;
	problem_add(object->problems,
	            PROBLEM_DEFINITION,
	            "semantic_version",
	            &path,
	            "Use three numbers without leading zeros, such as \"1.0.0\", "
	            "or with a prerelease, such as \"2.0.0-beta.1\".",
	            "\"%s\" is not a semantic version: %s",
	            key,
	            json_text_quote(text, (int) strlen(text)));
	return NULL;
}

/* Without a type only its being an object can be checked. */
static Jsonb *
read_config(const JsonObject *object, const char *key, const McpType *type)
{
	int problems_before = problem_count(object->problems);
	JsonObject config;

	if (!json_object_read_object(
			object, key, JSON_REQUIRED, mcp_type_noun(type), &config) ||
	    type->type == NULL)
		return NULL;
	mcp_type_check_config(type, &config);
	secret_rights_check(&config);
	if (problem_count(object->problems) > problems_before)
		return NULL;
	return mcp_type_complete_config(type, &config);
}

/* A JSON Schema, held against its meta-schema; NULL where none is given. */
static Jsonb *
read_schema(const JsonObject *object, const char *key)
{
	JsonObject schema;
	Jsonb *document;

	if (!json_object_read_object(object, key, JSON_OPTIONAL, "schema", &schema))
		return NULL;
	document = json_object_copy(&schema);
	(void) json_schema_find(document, &schema.path, object->problems);
	return document;
}

/* "config" is the short name of "initial_config"; both at once are too much. */
static const char *
choose_config_key(const JsonObject *object)
{
	JsonPath path = json_object_path(object, "config");

	if (!is_given(object, "config"))
		return "initial_config";
	if (json_object_has(object, "initial_config"))
		problem_add(object->problems,
		            PROBLEM_DEFINITION,
		            "conflicting_keys",
		            &path,
		            "They mean the same: leave one of them out.",
		            "\"initial_config\" and \"config\" are both given");
	return "config";
}

/* Who wants to change the config, or the kind, learns how. */
static void
check_change_keys(const JsonObject *object)
{
	static const char *const keys[] = {"name", "description", "tags"};
	JsonMembers members;
	JsonbValue key;
	JsonbValue value;

	json_members_open(&members, object);
	while (!problem_is_full(object->problems) &&
	       json_members_next(&members, &key, &value))
	{
		if (!check_fixed_key(object, &key))
			json_members_check_key(object, &key, keys, lengthof(keys));
	}
}

/* Is the key one of those that never change?  Then it is a problem. */
static bool
check_fixed_key(const JsonObject *object, const JsonbValue *key)
{
	static const struct
	{
		const char *key;
		const char *hint;
	} fixed[] = {
		{"config",
	     "A changed config is a new version: use mcp.add_mcp_version()."},
		{"type", "Another type is another MCP: use mcp.create_mcp()."},
		{"slug", "Links to it would break; \"name\" may change."},
	};
	JsonPath path = json_members_path(object, key);

	for (size_t i = 0; i < lengthof(fixed); i++)
	{
		if (!json_value_is_text(key, fixed[i].key))
			continue;
		problem_add(object->problems,
		            PROBLEM_DEFINITION,
		            "fixed_key",
		            &path,
		            fixed[i].hint,
		            "\"%s\" of an MCP never changes",
		            fixed[i].key);
		return true;
	}
	return false;
}

/* A null was given too, and takes the old value away. */
static bool
is_given(const JsonObject *object, const char *key)
{
	JsonbValue ignored;

	return json_object_find(object, key, &ignored);
}
