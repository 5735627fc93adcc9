/*
 * json_schema_evaluate.c
 *		Nodes against instances: order, scope, loops and limits.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "json_schema_cursor.h"
#include "json_schema_report.h"
#include "json_schema_rules.h"
#include "mcp_error.h"

/*
 * How much work one evaluation may be: so much for any schema, and so much more
 * for each byte of the instance.  Checking a config of a kilobyte takes some
 * hundreds of steps, each 10 to 60 ns; a schema that needs millions for so
 * little multiplies branches with each other, and would never end.
 */
#define STEPS_FOR_SCHEMA UINT64CONST(10000000)
#define STEPS_FOR_BYTE UINT64CONST(100)

/*
 * A reference being followed.  The same node met again at the same instance can
 * only repeat itself; a chain of visits at one instance is never interrupted by
 * one at another, so looking back as far as the instance is the same suffices.
 */
typedef struct Visit
{
	const SchemaNode *node;
	const SchemaInstance *instance;
	const struct Visit *before;
} Visit;

struct Evaluation
{
	SchemaErrors *errors; /* NULL: only the answer is wanted */
	SchemaFailure *failure;
	bool asserts_formats;
	uint64 steps_left;
	const Visit *visits;

	/*
	 * The dynamic scope: resources in the order they were first entered.  Only
	 * the outermost with an anchor counts, so entering one again changes
	 * nothing, and the list never gets longer than the list of resources.  Kept
	 * only for schemas with a $dynamicAnchor.
	 */
	const SchemaResource **scope;
	int scope_depth;
	bool *is_in_scope; /* by index of resource */
};

static void fail(Evaluation *evaluation, const SchemaFailure *failure);

bool
schema_evaluate(const JsonSchema *schema, const SchemaSubject *subject,
                SchemaErrors *errors, SchemaFailure *failure)
{
	const JsonbValue *value = subject->value;
	SchemaInstance instance = instance_root(value, &subject->path);
	Evaluation evaluation = {0};
	uint64 bytes =
		value->type == jbvBinary ? (uint64) value->val.binary.len : 0;
	bool is_valid;

	failure->sqlstate = 0;
	evaluation.failure = failure;
	evaluation.errors = errors;
	evaluation.asserts_formats = subject->asserts_formats;
	evaluation.steps_left = STEPS_FOR_SCHEMA + bytes * STEPS_FOR_BYTE;
	if (schema->has_dynamic_anchors)
	{
		size_t count = (size_t) schema->resource_count;

		evaluation.scope = palloc(sizeof(SchemaResource *) * count);
		evaluation.is_in_scope = palloc0(sizeof(bool) * count);
	}
	is_valid = evaluate_node(&evaluation, schema->root, &instance, NULL);
	if (evaluation.scope != NULL)
	{
		pfree(evaluation.scope);
		pfree(evaluation.is_in_scope);
	}
	return is_valid && failure->sqlstate == 0;
}

/* The first counts: what comes after it is only the way out. */
static void
fail(Evaluation *evaluation, const SchemaFailure *failure)
{
	if (evaluation->failure->sqlstate == 0)
		*evaluation->failure = *failure;
}

bool
evaluate_collects(const Evaluation *evaluation)
{
	return evaluation->errors != NULL &&
	       !schema_errors_is_full(evaluation->errors);
}

SchemaErrors *
evaluate_errors(const Evaluation *evaluation)
{
	return evaluation->errors;
}

bool
evaluate_asserts_formats(const Evaluation *evaluation)
{
	return evaluation->asserts_formats;
}

bool
evaluate_step(Evaluation *evaluation, uint64 steps)
{
	static const SchemaFailure too_many = {
		ERRCODE_PROGRAM_LIMIT_EXCEEDED,
		"checking a value against its JSON Schema takes too many steps",
		"Look for \"anyOf\", \"oneOf\" and references within each other that "
		"try the same part of the value again and again."};

	CHECK_FOR_INTERRUPTS();
	if (evaluation->steps_left < steps)
	{
		fail(evaluation, &too_many);
		return false;
	}
	evaluation->steps_left -= steps;
	return true;
}

/* Whether this is the end, in time or on the stack. */
static bool
is_over(Evaluation *evaluation, const SchemaNode *node)
{
	static const SchemaFailure too_deep = {
		ERRCODE_STATEMENT_TOO_COMPLEX,
		"a value and its JSON Schema are nested too deeply to be checked",
		"The limit is that of the server's stack, max_stack_depth."};

	if (stack_is_too_deep())
		fail(evaluation, &too_deep);
	evaluate_step(evaluation, 1 + (uint64) node->rule_count);
	return evaluation->failure->sqlstate != 0;
}

/* Whether the resource was not in scope yet, and is to be left again. */
static bool
enter_resource(Evaluation *evaluation, const SchemaResource *resource)
{
	if (evaluation->scope == NULL || evaluation->is_in_scope[resource->index])
		return false;
	evaluation->is_in_scope[resource->index] = true;
	evaluation->scope[evaluation->scope_depth++] = resource;
	return true;
}

static void
leave_resource(Evaluation *evaluation, const SchemaResource *resource)
{
	evaluation->is_in_scope[resource->index] = false;
	evaluation->scope_depth--;
}

/*
 * The rules in order.  Once one has failed, what is left unevaluated says
 * nothing any more: those last rules would only blame properties that the failed
 * one had to answer for.
 */
static bool
evaluate_rules(Evaluation *evaluation, const SchemaNode *node,
               const SchemaInstance *instance, SchemaMarks *marks)
{
	RuleCall call = {evaluation, node, NULL, instance, marks};
	bool is_valid = true;

	for (int i = 0; i < node->rule_count; i++)
	{
		const SchemaRule *rule = &node->rules[i];

		if ((rule_types(rule->kind) & instance->type) == 0)
			continue;
		if (!is_valid && (!evaluate_collects(evaluation) ||
		                  rule->kind >= RULE_UNEVALUATED_ITEMS))
			break;
		call.rule = rule;
		if (!rule_evaluate(&call))
			is_valid = false;
	}
	return is_valid;
}

bool
evaluate_node(Evaluation *evaluation, const SchemaNode *node,
              const SchemaInstance *instance, SchemaMarks *marks)
{
	bool is_entered;
	bool is_valid;

	if (is_over(evaluation, node))
		return false;
	is_entered = enter_resource(evaluation, node->resource);
	if (!node->has_unevaluated)
		is_valid = evaluate_rules(evaluation, node, instance, marks);
	else
	{
		/* What it asks for is only what was evaluated in this node. */
		SchemaMarks own;

		marks_init(&own, instance->value);
		is_valid = evaluate_rules(evaluation, node, instance, &own);
		if (is_valid)
			marks_merge(marks, &own);
		marks_clear(&own);
	}
	if (is_entered)
		leave_resource(evaluation, node->resource);
	return is_valid;
}

bool
evaluate_branch(Evaluation *evaluation, const SchemaNode *node,
                const SchemaInstance *instance, SchemaMarks *marks)
{
	SchemaMarks own;
	bool is_valid;

	if (marks == NULL)
		return evaluate_node(evaluation, node, instance, NULL);
	marks_init(&own, instance->value);
	is_valid = evaluate_node(evaluation, node, instance, &own);
	if (is_valid)
		marks_merge(marks, &own);
	marks_clear(&own);
	return is_valid;
}

bool
evaluate_quietly(Evaluation *evaluation, const SchemaNode *node,
                 const SchemaInstance *instance, SchemaMarks *marks)
{
	SchemaErrors *errors = evaluation->errors;
	bool is_valid;

	evaluation->errors = NULL;
	is_valid = evaluate_branch(evaluation, node, instance, marks);
	evaluation->errors = errors;
	return is_valid;
}

bool
rule_false(const RuleCall *call)
{
	return report_false(call);
}

/* The anchor's node in the outermost resource that has it. */
static const SchemaNode *
find_dynamic(Evaluation *evaluation, const SchemaReference *reference)
{
	for (int i = 0; i < evaluation->scope_depth; i++)
	{
		const SchemaDynamicAnchor *anchor =
			evaluation->scope[i]->dynamic_anchors;

		for (; anchor != NULL; anchor = anchor->next)
		{
			evaluate_step(evaluation, 1);
			if (strcmp(anchor->name, reference->dynamic_anchor) == 0)
				return anchor->node;
		}
	}
	return reference->target;
}

bool
rule_reference(const RuleCall *call)
{
	Evaluation *evaluation = call->evaluation;
	const SchemaReference *reference = call->rule->u.reference;
	const SchemaNode *target = reference->target;
	static const SchemaFailure loop = {
		ERRCODE_MCP_LOOP,
		"a reference of a JSON Schema leads back to itself without looking "
		"deeper into the value",
		"Look for a \"$ref\" to a schema that contains it."};
	Visit visit = {NULL, call->instance, evaluation->visits};
	bool is_valid;

	if (reference->dynamic_anchor != NULL)
		target = find_dynamic(evaluation, reference);
	for (const Visit *before = visit.before;
	     before != NULL && before->instance == call->instance;
	     before = before->before)
	{
		evaluate_step(evaluation, 1);
		if (before->node == target)
		{
			fail(evaluation, &loop);
			return false;
		}
	}
	visit.node = target;
	evaluation->visits = &visit;
	is_valid = evaluate_node(evaluation, target, call->instance, call->marks);
	evaluation->visits = visit.before;
	return is_valid;
}
