/*
 * json_schema_assertion.c
 *		Readers of the keywords that assert something about one value.
 *
 * Each reader checks that its value is what the keyword wants, complains where
 * it is not, and leaves no rule behind then.
 */
#include "postgres.h"

#include "json_schema_cursor.h"
#include "json_schema_keyword.h"
#include "json_schema_number.h"

/* The rule of the keyword that is being read. */
static SchemaRule *
own_rule(SchemaDraft *draft)
{
	return schema_take_rule(draft, draft->kind);
}

/* The bit of a type's name; 0, with a complaint, for what is none. */
static int
type_bit(SchemaDraft *draft, const JsonbValue *value)
{
	static const struct
	{
		const char *name;
		int bits;
	} types[] = {
		{"null", TYPE_NULL},
		{"boolean", TYPE_BOOLEAN},
		{"integer", TYPE_INTEGER},
		{"number", TYPE_NUMBER | TYPE_INTEGER},
		{"string", TYPE_STRING},
		{"array", TYPE_ARRAY},
		{"object", TYPE_OBJECT},
	};

	if (value->type != jbvString)
	{
		schema_complain_keyword(
			draft, "wants the names of types, not %s", json_value_type(value));
		return 0;
	}
	for (size_t i = 0; i < lengthof(types); i++)
		if ((int) strlen(types[i].name) == value->val.string.len &&
		    memcmp(types[i].name,
		           value->val.string.val,
		           (size_t) value->val.string.len) == 0)
			return types[i].bits;
	schema_complain_keyword(
		draft,
		"has %s, which is no type; there are null, boolean, integer, "
		"number, string, array and object",
		schema_quote(value));
	return 0;
}

void
assertion_read_type(SchemaDraft *draft, const JsonbValue *value)
{
	JsonCursor cursor;
	JsonbValue item;
	int types = 0;

	if (!json_cursor_is_array(value))
		types = type_bit(draft, value);
	else
	{
		if (json_cursor_count(value) == 0)
			schema_complain_keyword(draft, "wants at least one type");
		json_cursor_open(&cursor, value);
		while (json_cursor_next_item(&cursor, &item))
			types |= type_bit(draft, &item);
	}
	if (types != 0)
		own_rule(draft)->u.types = types;
}

void
assertion_read_const(SchemaDraft *draft, const JsonbValue *value)
{
	SchemaConstants *constants = &own_rule(draft)->u.constants;

	constants->count = 1;
	constants->values = palloc(sizeof(JsonbValue));
	constants->values[0] = *value;
}

void
assertion_read_enum(SchemaDraft *draft, const JsonbValue *value)
{
	SchemaConstants *constants;
	JsonCursor cursor;
	JsonbValue item;

	if (!json_cursor_is_array(value))
	{
		schema_complain_keyword(
			draft, "wants an array, not %s", json_value_type(value));
		return;
	}
	constants = &own_rule(draft)->u.constants;
	constants->values =
		palloc(sizeof(JsonbValue) * (size_t) Max(json_cursor_count(value), 1));
	json_cursor_open(&cursor, value);
	while (json_cursor_next_item(&cursor, &item))
		constants->values[constants->count++] = item;
}

void
assertion_read_number(SchemaDraft *draft, const JsonbValue *value)
{
	RuleKind kind = draft->kind;

	if (value->type != jbvNumeric)
		schema_complain_keyword(
			draft, "wants a number, not %s", json_value_type(value));
	else if (kind == RULE_MULTIPLE_OF &&
	         number_compare(value->val.numeric, int64_to_numeric(0)) <= 0)
		schema_complain_keyword(draft,
		                        "wants a number above 0, not %s",
		                        number_print(value->val.numeric));
	else
		schema_take_rule(draft, kind)->u.number = value->val.numeric;
}

void
assertion_read_count(SchemaDraft *draft, const JsonbValue *value)
{
	RuleKind kind = draft->kind;
	SchemaContains *contains;
	int64 count;

	if (value->type != jbvNumeric ||
	    !number_get_count(value->val.numeric, &count))
	{
		schema_complain_keyword(draft,
		                        "wants an integer of 0 or more, not %s",
		                        value->type == jbvNumeric
		                            ? number_print(value->val.numeric)
		                            : json_value_type(value));
		return;
	}
	if (kind != RULE_KINDS)
	{
		schema_take_rule(draft, kind)->u.count = count;
		return;
	}
	contains = &schema_take_rule(draft, RULE_CONTAINS)->u.contains;
	if (strcmp(draft->keyword, "minContains") == 0)
		contains->least = count;
	else
		contains->most = count;
}

void
assertion_read_pattern(SchemaDraft *draft, const JsonbValue *value)
{
	JsonSchemaPattern *pattern;
	char *complaint;

	if (value->type != jbvString)
	{
		schema_complain_keyword(
			draft, "wants a string, not %s", json_value_type(value));
		return;
	}
	pattern = pattern_compile(
		value->val.string.val, value->val.string.len, &complaint);
	if (pattern == NULL)
		schema_complain_keyword(draft,
		                        "has %s, which is no pattern: %s",
		                        schema_quote(value),
		                        complaint);
	else
	{
		own_rule(draft)->u.pattern = pattern;
		draft->compiler->schema->pattern_count++;
	}
}

/*
 * An unknown format is an annotation; but where the dialect asserts formats, a
 * schema that cannot be asserted must be refused.
 */
void
assertion_read_format(SchemaDraft *draft, const JsonbValue *value)
{
	bool is_asserted =
		(draft->resource->vocabularies & VOCABULARY_FORMAT_ASSERTION) != 0;
	const JsonSchemaFormat *format;

	if (value->type != jbvString)
	{
		schema_complain_keyword(
			draft, "wants a string, not %s", json_value_type(value));
		return;
	}
	format = format_find(value->val.string.val, value->val.string.len);
	if (format != NULL)
		own_rule(draft)->u.format = (SchemaFormat){format, is_asserted};
	else if (is_asserted)
		schema_complain_keyword(draft,
		                        "has %s, a format that is unknown, while the "
		                        "dialect asserts formats",
		                        schema_quote(value));
}

void
assertion_read_unique(SchemaDraft *draft, const JsonbValue *value)
{
	if (value->type != jbvBool)
		schema_complain_keyword(
			draft, "wants true or false, not %s", json_value_type(value));
	else if (value->val.boolean)
		own_rule(draft);
}

void
assertion_read_required(SchemaDraft *draft, const JsonbValue *value)
{
	SchemaNames names;

	if (assertion_read_names(draft, value, draft->path, &names))
		own_rule(draft)->u.names = names;
}

static int
compare_names(const void *a, const void *b)
{
	const SchemaName *left = a;
	const SchemaName *right = b;

	return json_cursor_compare_keys(
		left->text, left->length, right->text, right->length);
}

bool
assertion_read_names(SchemaDraft *draft, const JsonbValue *value,
                     const JsonPath *path, SchemaNames *names)
{
	JsonCursor cursor;
	JsonbValue item;

	if (!json_cursor_is_array(value))
	{
		schema_complain(draft->compiler,
		                PROBLEM_DEFINITION,
		                path,
		                draft->keyword,
		                "wants an array of strings, not %s",
		                json_value_type(value));
		return false;
	}
	names->count = 0;
	names->names =
		palloc(sizeof(SchemaName) * (size_t) Max(json_cursor_count(value), 1));
	json_cursor_open(&cursor, value);
	while (json_cursor_next_item(&cursor, &item))
	{
		if (item.type != jbvString)
		{
			schema_complain(draft->compiler,
			                PROBLEM_DEFINITION,
			                schema_keep_item(path, cursor.index - 1),
			                draft->keyword,
			                "wants the names of properties, not %s",
			                json_value_type(&item));
			return false;
		}
		names->names[names->count++] =
			(SchemaName){item.val.string.val, item.val.string.len};
	}
	qsort(
		names->names, (size_t) names->count, sizeof(SchemaName), compare_names);
	return true;
}
