/*
 * json_schema_report.c
 *		Puts messages together.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"

#include "json_schema_cursor.h"
#include "json_schema_number.h"
#include "json_schema_report.h"
#include "json_text.h"
#include "json_value.h"

/* Bytes that a message shows of an array or object, and of how many constants. */
#define SHOWN_BYTES 60
#define SHOWN_CONSTANTS 8

/* "value", "value of \"a\"", "item [2] of \"a\"", "name \"a\"" */
static void
print_subject(StringInfo out, const SchemaInstance *instance)
{
	const JsonPath *path = &instance->path;
	const JsonPath *owner = path;

	if (path->parent == NULL)
	{
		appendStringInfoString(out, "value");
		return;
	}
	if (instance->is_name)
		appendStringInfoString(out, "name ");
	else if (path->key != NULL)
		appendStringInfoString(out, "value of ");
	else
	{
		while (owner->parent != NULL && owner->key == NULL)
			owner = owner->parent;
		appendStringInfo(out, "item [%d]", path->index);
		if (owner->key == NULL)
			return;
		appendStringInfoString(out, " of ");
	}
	appendStringInfoString(out, json_text_quote(owner->key, owner->key_length));
}

static void pg_attribute_printf(4, 0)
	add(const RuleCall *call, const char *schema_path, const char *keyword,
        const char *format, va_list arguments)
{
	SchemaError error = {0};
	StringInfoData message;

	initStringInfo(&message);
	print_subject(&message, call->instance);
	appendStringInfoChar(&message, ' ');
	for (;;)
	{
		va_list copy;
		int needed;

		va_copy(copy, arguments);
		needed = appendStringInfoVA(&message, format, copy);
		va_end(copy);
		if (needed == 0)
			break;
		enlargeStringInfo(&message, needed);
	}
	error.kind = PROBLEM_DEFINITION;
	error.path = &call->instance->path;
	error.schema_path = schema_path;
	error.keyword = keyword;
	error.message = message.data;
	schema_errors_add(evaluate_errors(call->evaluation), &error);
	pfree(message.data);
}

bool
report(const RuleCall *call, const char *format, ...)
{
	const char *keyword = rule_keyword(call->rule->kind);
	va_list arguments;

	if (!evaluate_collects(call->evaluation))
		return false;
	va_start(arguments, format);
	add(call,
	    schema_node_print(call->node, keyword),
	    keyword,
	    format,
	    arguments);
	va_end(arguments);
	return false;
}

bool
report_keyword(const RuleCall *call, const char *keyword, const char *format,
               ...)
{
	va_list arguments;

	if (!evaluate_collects(call->evaluation))
		return false;
	va_start(arguments, format);
	add(call,
	    schema_node_print(call->node, keyword),
	    keyword,
	    format,
	    arguments);
	va_end(arguments);
	return false;
}

static void pg_attribute_printf(4, 5)
	add_text(const RuleCall *call, const char *schema_path, const char *keyword,
             const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	add(call, schema_path, keyword, format, arguments);
	va_end(arguments);
}

/* The place is that of "false" itself; the keyword the one it stands under. */
bool
report_false(const RuleCall *call)
{
	const char *keyword = call->node->parent_keyword;

	if (evaluate_collects(call->evaluation))
		add_text(call,
		         schema_node_print(call->node, NULL),
		         keyword == NULL ? rule_keyword(RULE_FALSE) : keyword,
		         "is not allowed");
	return false;
}

/* Arrays and objects by their JSON, cut; all else in full or as quoted text. */
static char *
print_value(const JsonbValue *value)
{
	char *text;
	int length;

	if (value->type == jbvString)
		return json_text_quote(value->val.string.val, value->val.string.len);
	if (value->type == jbvNumeric)
		return number_print(value->val.numeric);
	if (value->type == jbvBool)
		return pstrdup(value->val.boolean ? "true" : "false");
	if (value->type == jbvNull)
		return pstrdup("null");

	/* The text of a large one is not worth making. */
	if (value->val.binary.len > 4 * SHOWN_BYTES)
		return pstrdup(json_value_type(value));
	text = JsonbToCString(NULL, value->val.binary.data, value->val.binary.len);
	length = (int) strlen(text);
	if (length <= SHOWN_BYTES)
		return text;
	return psprintf("%.*s...", pg_mbcliplen(text, length, SHOWN_BYTES), text);
}

const char *
report_value(const RuleCall *call, const JsonbValue *value)
{
	return !evaluate_collects(call->evaluation) ? "" : print_value(value);
}

const char *
report_number(const RuleCall *call, Numeric number)
{
	return !evaluate_collects(call->evaluation) ? "" : number_print(number);
}

const char *
report_name(const RuleCall *call, const char *text, int length)
{
	return !evaluate_collects(call->evaluation) ? ""
	                                            : json_text_quote(text, length);
}

/* What separates the member at the index from the one before. */
static const char *
separator(int index, int count)
{
	if (index == 0)
		return "";
	return index == count - 1 ? " or " : ", ";
}

const char *
report_types(const RuleCall *call, int types)
{
	static const char *const names[] = {"null",
	                                    "a boolean",
	                                    "an integer",
	                                    "a number",
	                                    "a string",
	                                    "an array",
	                                    "an object"};
	StringInfoData out;
	int count = 0;
	int printed = 0;

	if (!evaluate_collects(call->evaluation))
		return "";
	if ((types & TYPE_NUMBER) != 0)
		types &= ~TYPE_INTEGER;
	for (size_t i = 0; i < lengthof(names); i++)
		count += types >> i & 1;
	initStringInfo(&out);
	for (size_t i = 0; i < lengthof(names); i++)
		if ((types >> i & 1) != 0)
			appendStringInfo(
				&out, "%s%s", separator(printed++, count), names[i]);
	return out.data;
}

const char *
report_constants(const RuleCall *call, const SchemaConstants *constants)
{
	int count = Min(constants->count, SHOWN_CONSTANTS);
	StringInfoData out;

	if (!evaluate_collects(call->evaluation))
		return "";
	initStringInfo(&out);
	for (int i = 0; i < count; i++)
		appendStringInfo(
			&out,
			"%s%s",
			separator(i, count < constants->count ? constants->count : count),
			print_value(&constants->values[i]));
	if (count < constants->count)
		appendStringInfo(&out, " or %d more", constants->count - count);
	return out.data;
}

const char *
report_count(const RuleCall *call, int64 count, const char *noun,
             const char *nouns)
{
	if (!evaluate_collects(call->evaluation))
		return "";
	return psprintf(INT64_FORMAT " %s", count, count == 1 ? noun : nouns);
}
