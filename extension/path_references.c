/*
 * path_references.c
 *		Which steps a SQL/JSON path over {inputs, steps} looks at.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "path_references.h"
#include "utils/jsonpath.h"

static void visit(JsonPathItem *item, PathReferences *found);
static void visit_operands(JsonPathItem *item, PathReferences *found);
static void visit_argument(JsonPathItem *item, PathReferences *found);
static void visit_subscripts(JsonPathItem *item, PathReferences *found);
static void note_root(JsonPathItem *root, PathReferences *found);
static void note_variable(JsonPathItem *variable, PathReferences *found);
static bool next_key(JsonPathItem *item, JsonPathItem *next, char **key);

PathReferences *
path_references_find(Datum path)
{
	PathReferences *found = palloc0_object(PathReferences);
	JsonPathItem root;

	jspInit(&root, DatumGetJsonPathP(path));
	visit(&root, found);
	return found;
}

/* The item, what is in it, and what follows it. */
static void
visit(JsonPathItem *item, PathReferences *found)
{
	JsonPathItem next;

	check_stack_depth();
	if (item->type == jpiRoot)
		note_root(item, found);
	visit_operands(item, found);
	if (jspGetNext(item, &next))
		visit(&next, found);
}

static void
visit_operands(JsonPathItem *item, PathReferences *found)
{
	JsonPathItem operand;

	switch (item->type)
	{
		case jpiAnd:
		case jpiOr:
		case jpiEqual:
		case jpiNotEqual:
		case jpiLess:
		case jpiGreater:
		case jpiLessOrEqual:
		case jpiGreaterOrEqual:
		case jpiAdd:
		case jpiSub:
		case jpiMul:
		case jpiDiv:
		case jpiMod:
		case jpiStartsWith:
			jspGetLeftArg(item, &operand);
			visit(&operand, found);
			jspGetRightArg(item, &operand);
			visit(&operand, found);
			break;
		case jpiNot:
		case jpiIsUnknown:
		case jpiPlus:
		case jpiMinus:
		case jpiFilter:
		case jpiExists:
			visit_argument(item, found);
			break;
		case jpiDatetime:
			if (item->content.arg != 0)
				visit_argument(item, found);
			break;
		case jpiLikeRegex:
			jspInitByBuffer(
				&operand, item->base, item->content.like_regex.expr);
			visit(&operand, found);
			break;
		case jpiIndexArray:
			visit_subscripts(item, found);
			break;
		case jpiVariable:
			note_variable(item, found);
			break;
		default:
			/* Literals, keys and methods have no operands. */
			break;
	}
}

static void
visit_argument(JsonPathItem *item, PathReferences *found)
{
	JsonPathItem argument;

	jspGetArg(item, &argument);
	visit(&argument, found);
}

static void
visit_subscripts(JsonPathItem *item, PathReferences *found)
{
	for (int i = 0; i < item->content.array.nelems; i++)
	{
		JsonPathItem from;
		JsonPathItem to;

		if (jspGetArraySubscript(item, &from, &to, i))
			visit(&to, found);
		visit(&from, found);
	}
}

static void
note_root(JsonPathItem *root, PathReferences *found)
{
	JsonPathItem member;
	JsonPathItem step;
	char *key;

	if (!next_key(root, &member, &key))
		found->uses_all = true;
	else if (strcmp(key, "steps") == 0)
	{
		if (next_key(&member, &step, &key))
			found->step_ids = lappend(found->step_ids, key);
		else
			found->uses_all = true;
	}
}

static void
note_variable(JsonPathItem *variable, PathReferences *found)
{
	int32 length;
	char *text = jspGetString(variable, &length);

	if (found->variable == NULL)
		found->variable = pnstrdup(text, (Size) length);
}

/* The key that follows the item at once; false where something else does. */
static bool
next_key(JsonPathItem *item, JsonPathItem *next, char **key)
{
	int32 length;
	char *text;

	if (!jspGetNext(item, next) || next->type != jpiKey)
		return false;
	text = jspGetString(next, &length);
	*key = pnstrdup(text, (Size) length);
	return true;
}
