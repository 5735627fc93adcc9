/*
 * json_schema_object.c
 *		Rules about the properties of an object.
 *
 * Keys of a jsonb object come sorted, and so do the names that a schema has, for
 * they come from jsonb too: one walk along both finds what they share.
 */
#include "postgres.h"

#include "json_schema_cursor.h"
#include "json_schema_report.h"
#include "json_schema_rules.h"

/* Moves *at along the names, up to the key; true if it stands there. */
static bool
find_along(const SchemaProperties *rule, int *at, const JsonbValue *key)
{
	while (*at < rule->count)
	{
		const SchemaName *name = &rule->properties[*at].name;
		int order = json_cursor_compare_keys(
			name->text, name->length, key->val.string.val, key->val.string.len);

		if (order >= 0)
			return order == 0;
		(*at)++;
	}
	return false;
}

/* The patterns that the key matches; *is_known once there is one. */
static bool
check_patterns(const RuleCall *call, const JsonbValue *key,
               const SchemaInstance *member, bool *is_known)
{
	const SchemaProperties *rule = call->rule->u.properties;
	bool is_valid = true;

	for (int i = 0; i < rule->pattern_count; i++)
	{
		evaluate_step(call->evaluation, 1 + (uint64) key->val.string.len / 4);
		if (!pattern_matches(rule->patterns[i].pattern,
		                     key->val.string.val,
		                     key->val.string.len))
			continue;
		*is_known = true;
		is_valid &= evaluate_node(
			call->evaluation, rule->patterns[i].node, member, NULL);
	}
	return is_valid;
}

bool
rule_properties(const RuleCall *call)
{
	const SchemaProperties *rule = call->rule->u.properties;
	bool is_valid = true;
	JsonCursor cursor;
	JsonbValue key;
	JsonbValue value;
	int at = 0;

	json_cursor_open(&cursor, call->instance->value);
	evaluate_step(call->evaluation,
	              (uint64) cursor.count + (uint64) rule->count);
	while (json_cursor_next_pair(&cursor, &key, &value))
	{
		SchemaInstance member = instance_member(call->instance, &key, &value);
		bool is_known = find_along(rule, &at, &key);

		if (is_known)
			is_valid &= evaluate_node(
				call->evaluation, rule->properties[at].node, &member, NULL);
		is_valid &= check_patterns(call, &key, &member, &is_known);
		if (!is_known && rule->additional != NULL)
		{
			is_known = true;
			is_valid &= evaluate_node(
				call->evaluation, rule->additional, &member, NULL);
		}
		if (is_known)
			marks_add(call->marks, cursor.index - 1);
		if (!is_valid && !evaluate_collects(call->evaluation))
			return false;
	}
	return is_valid;
}

bool
rule_property_names(const RuleCall *call)
{
	bool is_valid = true;
	JsonCursor cursor;
	JsonbValue key;

	json_cursor_open(&cursor, call->instance->value);
	while (json_cursor_next_key(&cursor, &key))
	{
		SchemaInstance name = instance_name(call->instance, &key);

		is_valid &=
			evaluate_node(call->evaluation, call->rule->u.node, &name, NULL);
		if (!is_valid && !evaluate_collects(call->evaluation))
			return false;
	}
	return is_valid;
}

static bool
has_property(const RuleCall *call, const SchemaName *name)
{
	JsonbValue ignored;

	return json_cursor_find(
		call->instance->value, name->text, name->length, &ignored);
}

bool
rule_required(const RuleCall *call)
{
	const SchemaNames *names = &call->rule->u.names;
	bool is_valid = true;

	evaluate_step(call->evaluation, (uint64) names->count);
	for (int i = 0; i < names->count; i++)
	{
		const SchemaName *name = &names->names[i];

		if (has_property(call, name))
			continue;
		is_valid = report(call,
		                  "lacks the property %s",
		                  report_name(call, name->text, name->length));
		if (!evaluate_collects(call->evaluation))
			return false;
	}
	return is_valid;
}

static bool
check_dependency(const RuleCall *call, const SchemaDependency *dependency)
{
	const SchemaNames *names = &dependency->required;
	const SchemaName *cause = &dependency->name;
	bool is_valid = true;

	if (dependency->node != NULL)
		return evaluate_node(
			call->evaluation, dependency->node, call->instance, call->marks);
	evaluate_step(call->evaluation, (uint64) names->count);
	for (int i = 0; i < names->count; i++)
	{
		const SchemaName *name = &names->names[i];

		if (!has_property(call, name))
			is_valid = report(call,
			                  "lacks the property %s, which goes with %s",
			                  report_name(call, name->text, name->length),
			                  report_name(call, cause->text, cause->length));
	}
	return is_valid;
}

bool
rule_dependencies(const RuleCall *call)
{
	const SchemaDependencies *rule = &call->rule->u.dependencies;
	bool is_valid = true;

	evaluate_step(call->evaluation, (uint64) rule->count);
	for (int i = 0; i < rule->count; i++)
	{
		const SchemaDependency *dependency = &rule->dependencies[i];

		if (!has_property(call, &dependency->name))
			continue;
		is_valid &= check_dependency(call, dependency);
		if (!is_valid && !evaluate_collects(call->evaluation))
			return false;
	}
	return is_valid;
}

bool
rule_unevaluated_properties(const RuleCall *call)
{
	bool is_valid = true;
	JsonCursor cursor;
	JsonbValue key;
	JsonbValue value;

	json_cursor_open(&cursor, call->instance->value);
	evaluate_step(call->evaluation, (uint64) cursor.count);
	while (json_cursor_next_pair(&cursor, &key, &value))
	{
		SchemaInstance member;

		if (marks_has(call->marks, cursor.index - 1))
			continue;
		member = instance_member(call->instance, &key, &value);
		is_valid &=
			evaluate_node(call->evaluation, call->rule->u.node, &member, NULL);
		if (!is_valid && !evaluate_collects(call->evaluation))
			return false;
	}
	marks_add_all(call->marks);
	return is_valid;
}
