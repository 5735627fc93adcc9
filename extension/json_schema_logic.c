/*
 * json_schema_logic.c
 *		Rules that put schemas together: all, any, one, not, if.
 *
 * Where somebody asks what was evaluated (marks), every branch must be tried:
 * each that matches adds to the answer.
 */
#include "postgres.h"

#include "json_schema_report.h"
#include "json_schema_rules.h"

bool
rule_all_of(const RuleCall *call)
{
	const SchemaNodes *nodes = &call->rule->u.nodes;
	bool is_valid = true;

	for (int i = 0; i < nodes->count; i++)
	{
		is_valid &= evaluate_node(
			call->evaluation, nodes->nodes[i], call->instance, call->marks);
		if (!is_valid && !evaluate_collects(call->evaluation))
			return false;
	}
	return is_valid;
}

/* If none matches, the errors of all branches stay behind that of "anyOf". */
bool
rule_any_of(const RuleCall *call)
{
	const SchemaNodes *nodes = &call->rule->u.nodes;
	SchemaErrors *errors = evaluate_errors(call->evaluation);
	int error_count = errors == NULL ? 0 : schema_errors_count(errors);
	bool is_valid = false;

	report(call, "matches none of the %d schemas it may match", nodes->count);
	for (int i = 0; i < nodes->count; i++)
	{
		is_valid |= evaluate_branch(
			call->evaluation, nodes->nodes[i], call->instance, call->marks);
		if (is_valid && call->marks == NULL)
			break;
	}
	if (is_valid && errors != NULL)
		schema_errors_cut(errors, error_count);
	return is_valid;
}

bool
rule_one_of(const RuleCall *call)
{
	const SchemaNodes *nodes = &call->rule->u.nodes;
	SchemaErrors *errors = evaluate_errors(call->evaluation);
	int error_count = errors == NULL ? 0 : schema_errors_count(errors);
	int first = -1;

	report(call,
	       "matches none of the %d schemas of which it must match one",
	       nodes->count);
	for (int i = 0; i < nodes->count; i++)
	{
		if (!evaluate_branch(
				call->evaluation, nodes->nodes[i], call->instance, call->marks))
			continue;
		if (errors != NULL)
			schema_errors_cut(errors, error_count);
		if (first >= 0)
			return report(call,
			              "matches [%d] and [%d] of the schemas of which it "
			              "must match one only",
			              first,
			              i);
		first = i;
	}
	if (first >= 0 && errors != NULL)
		schema_errors_cut(errors, error_count);
	return first >= 0;
}

bool
rule_not(const RuleCall *call)
{
	return !evaluate_quietly(
			   call->evaluation, call->rule->u.node, call->instance, NULL) ||
	       report(call, "matches the schema that it must not match");
}

bool
rule_condition(const RuleCall *call)
{
	const SchemaCondition *rule = &call->rule->u.condition;
	const SchemaNode *node;

	if (rule->condition == NULL)
		return true;
	node = evaluate_quietly(
			   call->evaluation, rule->condition, call->instance, call->marks)
	           ? rule->consequence
	           : rule->alternative;
	return node == NULL ||
	       evaluate_node(call->evaluation, node, call->instance, call->marks);
}
