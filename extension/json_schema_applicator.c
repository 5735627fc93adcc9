/*
 * json_schema_applicator.c
 *		Readers of the keywords that apply other schemas.
 */
#include "postgres.h"

#include "json_schema_cursor.h"
#include "json_schema_keyword.h"

static SchemaNode *
read_child(SchemaDraft *draft, const JsonbValue *value, const JsonPath *path)
{
	return schema_compile_node(
		draft->compiler, draft->resource, value, path, draft->keyword);
}

/* True for an object; otherwise says what the keyword wants. */
static bool
wants_object(SchemaDraft *draft, const JsonbValue *value)
{
	if (json_cursor_is_object(value))
		return true;
	schema_complain_keyword(
		draft, "wants an object of schemas, not %s", json_value_type(value));
	return false;
}

static const JsonPath *
member_path(SchemaDraft *draft, const JsonbValue *key)
{
	return schema_keep_key(
		draft->path, key->val.string.val, key->val.string.len);
}

static SchemaName
member_name(const JsonbValue *key)
{
	return (SchemaName){key->val.string.val, key->val.string.len};
}

/* properties, patternProperties and additionalProperties make one rule. */
static SchemaProperties *
take_properties(SchemaDraft *draft)
{
	SchemaRule *rule = schema_take_rule(draft, RULE_PROPERTIES);

	if (rule->u.properties == NULL)
		rule->u.properties = palloc0(sizeof(SchemaProperties));
	return rule->u.properties;
}

/* The members come in jsonb's order, in which they are wanted. */
void
applicator_read_properties(SchemaDraft *draft, const JsonbValue *value)
{
	SchemaProperties *rule;
	JsonCursor cursor;
	JsonbValue key;
	JsonbValue member;

	if (!wants_object(draft, value))
		return;
	rule = take_properties(draft);
	rule->properties = palloc(sizeof(SchemaProperty) *
	                          (size_t) Max(json_cursor_count(value), 1));
	json_cursor_open(&cursor, value);
	while (json_cursor_next_pair(&cursor, &key, &member))
		rule->properties[rule->count++] = (SchemaProperty){
			member_name(&key),
			read_child(draft, &member, member_path(draft, &key))};
}

void
applicator_read_patterns(SchemaDraft *draft, const JsonbValue *value)
{
	SchemaProperties *rule;
	JsonCursor cursor;
	JsonbValue key;
	JsonbValue member;

	if (!wants_object(draft, value))
		return;
	rule = take_properties(draft);
	rule->patterns = palloc(sizeof(SchemaPatternProperty) *
	                        (size_t) Max(json_cursor_count(value), 1));
	json_cursor_open(&cursor, value);
	while (json_cursor_next_pair(&cursor, &key, &member))
	{
		const JsonPath *path = member_path(draft, &key);
		char *complaint;
		SchemaPatternProperty pattern = {
			pattern_compile(key.val.string.val, key.val.string.len, &complaint),
			read_child(draft, &member, path)};

		if (pattern.pattern != NULL)
		{
			rule->patterns[rule->pattern_count++] = pattern;
			draft->compiler->schema->pattern_count++;
		}
		else
			schema_complain(draft->compiler,
			                PROBLEM_DEFINITION,
			                path,
			                draft->keyword,
			                "has %s, which is no pattern: %s",
			                schema_quote(&key),
			                complaint);
	}
}

void
applicator_read_additional(SchemaDraft *draft, const JsonbValue *value)
{
	take_properties(draft)->additional = read_child(draft, value, draft->path);
}

/* Nothing to evaluate, but what stands there may be referred to. */
void
applicator_read_definitions(SchemaDraft *draft, const JsonbValue *value)
{
	JsonCursor cursor;
	JsonbValue key;
	JsonbValue member;

	if (!wants_object(draft, value))
		return;
	json_cursor_open(&cursor, value);
	while (json_cursor_next_pair(&cursor, &key, &member))
		read_child(draft, &member, member_path(draft, &key));
}

/*
 * dependentRequired has arrays, dependentSchemas schemas, and dependencies, of
 * drafts before 2019-09, either.
 */
void
applicator_read_dependencies(SchemaDraft *draft, const JsonbValue *value)
{
	RuleKind kind = draft->kind;
	SchemaDependencies *rule;
	JsonCursor cursor;
	JsonbValue key;
	JsonbValue member;

	if (!wants_object(draft, value))
		return;
	rule = &schema_take_rule(draft, kind)->u.dependencies;
	rule->dependencies = palloc0(sizeof(SchemaDependency) *
	                             (size_t) Max(json_cursor_count(value), 1));
	json_cursor_open(&cursor, value);
	while (json_cursor_next_pair(&cursor, &key, &member))
	{
		SchemaDependency *dependency = &rule->dependencies[rule->count];
		const JsonPath *path = member_path(draft, &key);

		dependency->name = member_name(&key);
		if (kind == RULE_DEPENDENT_REQUIRED ||
		    (kind == RULE_DEPENDENCIES && json_cursor_is_array(&member)))
		{
			if (!assertion_read_names(
					draft, &member, path, &dependency->required))
				continue;
		}
		else
			dependency->node = read_child(draft, &member, path);
		rule->count++;
	}
}

/* False, with a complaint, for what is no array of at least one schema. */
static bool
read_nodes(SchemaDraft *draft, const JsonbValue *value, SchemaNodes *nodes)
{
	JsonCursor cursor;
	JsonbValue item;

	if (!json_cursor_is_array(value) || json_cursor_count(value) == 0)
	{
		schema_complain_keyword(draft,
		                        "wants an array of one schema or more, not %s",
		                        json_cursor_is_array(value)
		                            ? "an empty one"
		                            : json_value_type(value));
		return false;
	}
	nodes->count = 0;
	nodes->nodes =
		palloc(sizeof(SchemaNode *) * (size_t) json_cursor_count(value));
	json_cursor_open(&cursor, value);
	while (json_cursor_next_item(&cursor, &item))
	{
		const JsonPath *path = schema_keep_item(draft->path, nodes->count);

		nodes->nodes[nodes->count++] = read_child(draft, &item, path);
	}
	return true;
}

void
applicator_read_prefix(SchemaDraft *draft, const JsonbValue *value)
{
	SchemaNodes nodes;

	if (read_nodes(draft, value, &nodes))
		schema_take_rule(draft, RULE_ITEMS)->u.items.prefix = nodes;
}

void
applicator_read_items(SchemaDraft *draft, const JsonbValue *value)
{
	schema_take_rule(draft, RULE_ITEMS)->u.items.rest =
		read_child(draft, value, draft->path);
}

void
applicator_read_contains(SchemaDraft *draft, const JsonbValue *value)
{
	schema_take_rule(draft, RULE_CONTAINS)->u.contains.node =
		read_child(draft, value, draft->path);
}

void
applicator_read_condition(SchemaDraft *draft, const JsonbValue *value)
{
	schema_take_rule(draft, RULE_CONDITION)->u.condition.condition =
		read_child(draft, value, draft->path);
}

void
applicator_read_consequence(SchemaDraft *draft, const JsonbValue *value)
{
	schema_take_rule(draft, RULE_CONDITION)->u.condition.consequence =
		read_child(draft, value, draft->path);
}

void
applicator_read_alternative(SchemaDraft *draft, const JsonbValue *value)
{
	schema_take_rule(draft, RULE_CONDITION)->u.condition.alternative =
		read_child(draft, value, draft->path);
}

void
applicator_read_list(SchemaDraft *draft, const JsonbValue *value)
{
	RuleKind kind = draft->kind;
	SchemaNodes nodes;

	if (read_nodes(draft, value, &nodes))
		schema_take_rule(draft, kind)->u.nodes = nodes;
}

void
applicator_read_one(SchemaDraft *draft, const JsonbValue *value)
{
	RuleKind kind = draft->kind;

	schema_take_rule(draft, kind)->u.node =
		read_child(draft, value, draft->path);
}
