/*
 * json_schema_rules.c
 *		Which function evaluates which kind of rule.
 */
#include "postgres.h"

#include "json_schema_rules.h"

static const RuleEvaluator evaluators[RULE_KINDS] = {
	[RULE_FALSE] = rule_false,
	[RULE_TYPE] = rule_type,
	[RULE_CONST] = rule_constants,
	[RULE_ENUM] = rule_constants,
	[RULE_MINIMUM] = rule_bound,
	[RULE_EXCLUSIVE_MINIMUM] = rule_bound,
	[RULE_MAXIMUM] = rule_bound,
	[RULE_EXCLUSIVE_MAXIMUM] = rule_bound,
	[RULE_MULTIPLE_OF] = rule_multiple,
	[RULE_MIN_LENGTH] = rule_length,
	[RULE_MAX_LENGTH] = rule_length,
	[RULE_PATTERN] = rule_pattern,
	[RULE_FORMAT] = rule_format,
	[RULE_MIN_ITEMS] = rule_size,
	[RULE_MAX_ITEMS] = rule_size,
	[RULE_UNIQUE_ITEMS] = rule_unique,
	[RULE_MIN_PROPERTIES] = rule_size,
	[RULE_MAX_PROPERTIES] = rule_size,
	[RULE_REQUIRED] = rule_required,
	[RULE_DEPENDENT_REQUIRED] = rule_dependencies,
	[RULE_REF] = rule_reference,
	[RULE_DYNAMIC_REF] = rule_reference,
	[RULE_PROPERTIES] = rule_properties,
	[RULE_PROPERTY_NAMES] = rule_property_names,
	[RULE_DEPENDENT_SCHEMAS] = rule_dependencies,
	[RULE_DEPENDENCIES] = rule_dependencies,
	[RULE_ITEMS] = rule_items,
	[RULE_CONTAINS] = rule_contains,
	[RULE_ALL_OF] = rule_all_of,
	[RULE_ANY_OF] = rule_any_of,
	[RULE_ONE_OF] = rule_one_of,
	[RULE_NOT] = rule_not,
	[RULE_CONDITION] = rule_condition,
	[RULE_UNEVALUATED_ITEMS] = rule_unevaluated_items,
	[RULE_UNEVALUATED_PROPERTIES] = rule_unevaluated_properties,
};

bool
rule_evaluate(const RuleCall *call)
{
	return evaluators[call->rule->kind](call);
}
