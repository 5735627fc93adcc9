/*
 * json_schema_scalar.c
 *		Rules about one value as it stands: type, constants, bounds, texts, sizes.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"

#include "json_schema_cursor.h"
#include "json_schema_equal.h"
#include "json_schema_number.h"
#include "json_schema_report.h"
#include "json_schema_rules.h"
#include "json_value.h"

bool
rule_type(const RuleCall *call)
{
	const SchemaInstance *instance = call->instance;
	int types = call->rule->u.types;

	if ((types & instance->type) != 0)
		return true;
	if (instance->type == TYPE_NUMBER && (types & TYPE_INTEGER) != 0)
	{
		if (number_is_integer(instance->value->val.numeric))
			return true;
		return report(call,
		              "is %s, not %s",
		              report_number(call, instance->value->val.numeric),
		              report_types(call, types));
	}
	return report(call,
	              "is %s, not %s",
	              json_value_type(instance->value),
	              report_types(call, types));
}

bool
rule_constants(const RuleCall *call)
{
	const SchemaConstants *constants = &call->rule->u.constants;
	const JsonbValue *value = call->instance->value;

	evaluate_step(call->evaluation, (uint64) constants->count);
	for (int i = 0; i < constants->count; i++)
		if (json_equal(value, &constants->values[i]))
			return true;
	if (constants->count == 0)
		return report(
			call, "is %s, and no value is allowed", report_value(call, value));
	return report(call,
	              "is %s, not %s",
	              report_value(call, value),
	              report_constants(call, constants));
}

bool
rule_bound(const RuleCall *call)
{
	Numeric number = call->instance->value->val.numeric;
	Numeric bound = call->rule->u.number;
	int order = number_compare(number, bound);
	const char *complaint;

	switch (call->rule->kind)
	{
		case RULE_MINIMUM:
			if (order >= 0)
				return true;
			complaint = "less than the minimum";
			break;
		case RULE_EXCLUSIVE_MINIMUM:
			if (order > 0)
				return true;
			complaint = "not more than the exclusive minimum";
			break;
		case RULE_MAXIMUM:
			if (order <= 0)
				return true;
			complaint = "more than the maximum";
			break;
		default:
			if (order < 0)
				return true;
			complaint = "not less than the exclusive maximum";
			break;
	}
	return report(call,
	              "is %s, %s %s",
	              report_number(call, number),
	              complaint,
	              report_number(call, bound));
}

bool
rule_multiple(const RuleCall *call)
{
	Numeric number = call->instance->value->val.numeric;
	Numeric divisor = call->rule->u.number;

	return number_is_multiple(number, divisor) ||
	       report(call,
	              "is %s, not a multiple of %s",
	              report_number(call, number),
	              report_number(call, divisor));
}

/*
 * Characters are counted only where bytes do not decide it: no text has more
 * characters than bytes, none fewer than a quarter of them.
 */
bool
rule_length(const RuleCall *call)
{
	const JsonbValue *value = call->instance->value;
	int bytes = value->val.string.len;
	int64 bound = call->rule->u.count;
	bool is_minimum = call->rule->kind == RULE_MIN_LENGTH;
	int length;

	if (is_minimum ? bound <= bytes / MAX_MULTIBYTE_CHAR_LEN : bound >= bytes)
		return true;
	evaluate_step(call->evaluation, (uint64) bytes / 16);
	length = pg_mbstrlen_with_len(value->val.string.val, bytes);
	if (is_minimum ? length >= bound : length <= bound)
		return true;
	return report(call,
	              "has %s, %s " INT64_FORMAT,
	              report_count(call, length, "character", "characters"),
	              is_minimum ? "fewer than" : "more than",
	              bound);
}

bool
rule_pattern(const RuleCall *call)
{
	const JsonbValue *value = call->instance->value;
	JsonSchemaPattern *pattern = call->rule->u.pattern;
	const char *text;
	int length;

	evaluate_step(call->evaluation, (uint64) value->val.string.len / 4);
	if (pattern_matches(pattern, value->val.string.val, value->val.string.len))
		return true;
	text = pattern_text(pattern, &length);
	return report(call,
	              "is %s, which does not match the pattern %s",
	              report_value(call, value),
	              report_name(call, text, length));
}

bool
rule_format(const RuleCall *call)
{
	const SchemaFormat *format = &call->rule->u.format;
	const JsonbValue *value = call->instance->value;

	if (!format->is_asserted && !evaluate_asserts_formats(call->evaluation))
		return true;
	evaluate_step(call->evaluation, (uint64) value->val.string.len / 4);
	return format_matches(
			   format->format, value->val.string.val, value->val.string.len) ||
	       report(call,
	              "is %s, not of the format \"%s\"",
	              report_value(call, value),
	              format_name(format->format));
}

/* How many items an array has, or properties an object. */
bool
rule_size(const RuleCall *call)
{
	int64 count = json_cursor_count(call->instance->value);
	int64 bound = call->rule->u.count;
	RuleKind kind = call->rule->kind;
	bool is_minimum = kind == RULE_MIN_ITEMS || kind == RULE_MIN_PROPERTIES;
	bool has_items = call->instance->type == TYPE_ARRAY;

	if (is_minimum ? count >= bound : count <= bound)
		return true;
	return report(call,
	              "has %s, %s " INT64_FORMAT,
	              report_count(call,
	                           count,
	                           has_items ? "item" : "property",
	                           has_items ? "items" : "properties"),
	              is_minimum ? "fewer than" : "more than",
	              bound);
}
