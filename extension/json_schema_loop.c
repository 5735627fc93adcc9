/*
 * json_schema_loop.c
 *		A walk in depth along what a node always asks of the same instance.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "json_schema_index.h"
#include "json_schema_loop.h"

static void follow_rule(SchemaCompiler *compiler, const SchemaNode *node,
                        const SchemaRule *rule);

static void
follow_node(SchemaCompiler *compiler, SchemaNode *node)
{
	check_stack_depth();
	if (node->loop_state != LOOP_UNKNOWN)
		return;
	node->loop_state = LOOP_FOLLOWING;
	for (int i = 0; i < node->rule_count; i++)
		follow_rule(compiler, node, &node->rules[i]);
	node->loop_state = LOOP_NONE;
}

static void
follow_reference(SchemaCompiler *compiler, const SchemaNode *node,
                 const SchemaRule *rule)
{
	const SchemaReference *reference = rule->u.reference;
	const char *keyword = rule_keyword(rule->kind);

	if (reference->target == NULL || reference->dynamic_anchor != NULL)
		return;
	if (reference->target->loop_state != LOOP_FOLLOWING)
		follow_node(compiler, reference->target);
	else
		schema_complain(
			compiler,
			PROBLEM_LOOP,
			schema_keep_key(node->path, keyword, (int) strlen(keyword)),
			keyword,
			"leads back to itself without looking deeper into the value");
}

static void
follow_rule(SchemaCompiler *compiler, const SchemaNode *node,
            const SchemaRule *rule)
{
	if (rule->kind == RULE_REF || rule->kind == RULE_DYNAMIC_REF)
		follow_reference(compiler, node, rule);
	else if (rule->kind == RULE_ALL_OF)
		for (int i = 0; i < rule->u.nodes.count; i++)
			follow_node(compiler, rule->u.nodes.nodes[i]);
}

void
loop_check(SchemaCompiler *compiler)
{
	HASH_SEQ_STATUS scan;
	SchemaNode *node;

	index_open_nodes(compiler, &scan);
	while ((node = index_next_node(&scan)) != NULL)
		follow_node(compiler, node);
}
