/*
 * json_schema_rules.h
 *		How each kind of rule is evaluated: the functions behind the table.
 *
 * Each returns whether the instance, which is of one of rule_types(), follows
 * the rule, and has reported it if not.
 */
#ifndef MCP_JSON_SCHEMA_RULES_H
#define MCP_JSON_SCHEMA_RULES_H

#include "json_schema_evaluate.h"

/* What a rule is asked with: they travel together. */
typedef struct RuleCall
{
	Evaluation *evaluation;
	const SchemaNode *node;
	const SchemaRule *rule;
	const SchemaInstance *instance;
	SchemaMarks *marks; /* NULL: nobody asks what was evaluated */
} RuleCall;

typedef bool (*RuleEvaluator)(const RuleCall *call);

/* By the kind of the rule. */
extern bool rule_evaluate(const RuleCall *call);

/* json_schema_evaluate: what is of nodes, not of values */
extern bool rule_false(const RuleCall *call);
extern bool rule_reference(const RuleCall *call);

/* json_schema_scalar: values as such, numbers and strings */
extern bool rule_type(const RuleCall *call);
extern bool rule_constants(const RuleCall *call);
extern bool rule_bound(const RuleCall *call);
extern bool rule_multiple(const RuleCall *call);
extern bool rule_length(const RuleCall *call);
extern bool rule_pattern(const RuleCall *call);
extern bool rule_format(const RuleCall *call);
extern bool rule_size(const RuleCall *call);

/* json_schema_object */
extern bool rule_required(const RuleCall *call);
extern bool rule_dependencies(const RuleCall *call);
extern bool rule_properties(const RuleCall *call);
extern bool rule_property_names(const RuleCall *call);
extern bool rule_unevaluated_properties(const RuleCall *call);

/* json_schema_array */
extern bool rule_unique(const RuleCall *call);
extern bool rule_items(const RuleCall *call);
extern bool rule_contains(const RuleCall *call);
extern bool rule_unevaluated_items(const RuleCall *call);

/* json_schema_logic */
extern bool rule_all_of(const RuleCall *call);
extern bool rule_any_of(const RuleCall *call);
extern bool rule_one_of(const RuleCall *call);
extern bool rule_not(const RuleCall *call);
extern bool rule_condition(const RuleCall *call);

#endif
