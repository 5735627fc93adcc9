/*
 * workflow_expression.c
 *		A SQL/JSON path over {inputs, steps}, as a workflow document says it.
 *
 * The language is PostgreSQL's own, and so is its parser; what that raises
 * becomes a problem.
 */
#include "postgres.h"

#include "utils/fmgrprotos.h"

#include "path_references.h"
#include "workflow_expression.h"

/*
 * Evaluating a path recurses for each of its members, in a turn that many runs
 * share, and an error there would end the turn: this much text stays well within
 * the stack of 2 MB that servers have unless told otherwise.
 */
static const JsonTextLimits path_limits = {JSON_TEXT_BODY, 1, 2000};

static bool parse(const char *text, Datum *path, char **error);
static bool is_about_text(int sqlstate);
static void
add_problem(const JsonObject *object, const char *key, const char *rule,
            const char *hint, const char *message);

WorkflowExpression *
workflow_expression_read(const JsonObject *object, const char *key,
                         JsonNeed need)
{
	WorkflowExpression *expression = palloc0_object(WorkflowExpression);
	PathReferences *references;
	Datum path;
	char *error;

	expression->text = json_object_read_string(object, key, need, &path_limits);
	if (expression->text == NULL)
		return NULL;
	if (!parse(expression->text, &path, &error))
	{
		add_problem(object,
		            key,
		            "expression_syntax",
		            "Write a path of PostgreSQL's SQL/JSON path language over "
		            "{inputs, steps}, like $.steps.fetch.total or "
		            "$.inputs.count > 3.",
		            psprintf("\"%s\" is no path: %s", key, error));
		return NULL;
	}
	references = path_references_find(path);
	if (references->variable != NULL)
	{
		add_problem(
			object,
			key,
			"expression_variable",
			"An expression has no variables: everything it can look "
			"at is in $.inputs and $.steps.",
			psprintf("variable \"$%s\" does not exist", references->variable));
		return NULL;
	}
	expression->uses_all = references->uses_all;
	expression->step_ids = references->step_ids;
	return expression;
}

/*
 * PostgreSQL 15 has no soft errors.  The parser touches nothing but memory, so
 * what it raises may be caught without a subtransaction; whatever is not about
 * the text, such as a cancel, goes on its way.
 */
static bool
parse(const char *text, Datum *path, char **error)
{
	MemoryContext caller = CurrentMemoryContext;
	volatile bool is_parsed = false;

	PG_TRY();
	{
		*path = DirectFunctionCall1(jsonpath_in, CStringGetDatum(text));
		is_parsed = true;
	}
	PG_CATCH();
	{
		ErrorData *raised;

		MemoryContextSwitchTo(caller);
		raised = CopyErrorData();
		if (!is_about_text(raised->sqlerrcode))
			PG_RE_THROW();
		FlushErrorState();
		*error = raised->message;
	}
	PG_END_TRY();
	return is_parsed;
}

/* Wrong syntax, wrong data, and a text too deep for the parser. */
static bool
is_about_text(int sqlstate)
{
	int category = ERRCODE_TO_CATEGORY(sqlstate);

	return category == ERRCODE_TO_CATEGORY(
						   ERRCODE_SYNTAX_ERROR_OR_ACCESS_RULE_VIOLATION) ||
	       category == ERRCODE_TO_CATEGORY(ERRCODE_DATA_EXCEPTION) ||
	       category == ERRCODE_TO_CATEGORY(ERRCODE_PROGRAM_LIMIT_EXCEEDED) ||
	       sqlstate == ERRCODE_FEATURE_NOT_SUPPORTED;
}

static void
add_problem(const JsonObject *object, const char *key, const char *rule,
            const char *hint, const char *message)
{
	JsonPath path = json_object_path(object, key);

	problem_add(
		object->problems, PROBLEM_DEFINITION, rule, &path, hint, "%s", message);
}
