/*
 * json_schema_evaluate.h
 *		An instance held against a compiled schema.
 *
 * Reads both, changes neither, and runs no SQL.  Deep nesting and work without
 * measure are failures that are returned, not raised: a schema of one must not
 * end the transaction of many.  A cancel request is noticed at every step.
 */
#ifndef MCP_JSON_SCHEMA_EVALUATE_H
#define MCP_JSON_SCHEMA_EVALUATE_H

#include "json_schema_error.h"
#include "json_schema_instance.h"
#include "json_schema_marks.h"
#include "json_schema_node.h"

typedef struct Evaluation Evaluation;

/* What is held against a schema, and how. */
typedef struct SchemaSubject
{
	const JsonbValue *value;
	JsonPath path; /* the value's own, for the errors; may have parents */
	bool asserts_formats;
} SchemaSubject;

/*
 * Why there is no answer: the schema loops, or asks too much.  The texts are
 * constants.
 */
typedef struct SchemaFailure
{
	int sqlstate; /* 0: there is an answer */
	const char *message;
	const char *hint;
} SchemaFailure;

/*
 * Whether the value matches the schema.  With errors, which may be NULL, goes on
 * after the first mismatch and adds each.  Where there is no answer, returns
 * false, and errors is of no use.
 */
extern bool
schema_evaluate(const JsonSchema *schema, const SchemaSubject *subject,
                SchemaErrors *errors, SchemaFailure *failure);

/*
 * The rest is for the rooms that evaluate rules.
 *
 * A node against an instance.  Where marks is not NULL it gains what the node
 * has evaluated, which counts only if it matches.
 */
extern bool evaluate_node(Evaluation *evaluation, const SchemaNode *node,
                          const SchemaInstance *instance, SchemaMarks *marks);

/* The same for one of several branches, whose marks count only if it matches. */
extern bool evaluate_branch(Evaluation *evaluation, const SchemaNode *node,
                            const SchemaInstance *instance, SchemaMarks *marks);

/* The same where a mismatch is no error: only the answer matters. */
extern bool
evaluate_quietly(Evaluation *evaluation, const SchemaNode *node,
                 const SchemaInstance *instance, SchemaMarks *marks);

/*
 * Counts work that loops do.  When there has been too much, every node from then
 * on is a mismatch, which ends the evaluation soon; a loop that evaluates no
 * nodes must end itself when this returns false.
 */
extern bool evaluate_step(Evaluation *evaluation, uint64 steps);

/*
 * Whether a mismatch is to be reported and the search to go on: somebody wants
 * errors, and there is room for more.
 */
extern bool evaluate_collects(const Evaluation *evaluation);

/* The list, for taking errors back; NULL where nobody wants any. */
extern SchemaErrors *evaluate_errors(const Evaluation *evaluation);
extern bool evaluate_asserts_formats(const Evaluation *evaluation);

#endif
