/*
 * schema_sketch.c
 *		What is certain of a JSON Schema before there is a value to check.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "utils/builtins.h"
#include "utils/numeric.h"

#include "schema_sketch.h"

static const struct
{
	const char *name;
	const char *noun;
	SchemaTypes types;
} words[] = {
	{"null", "null", SCHEMA_NULL},
	{"boolean", "a boolean", SCHEMA_BOOLEAN},
	{"object", "an object", SCHEMA_OBJECT},
	{"array", "an array", SCHEMA_ARRAY},
	{"number", "a number", SCHEMA_INTEGER | SCHEMA_FRACTION},
	{"integer", "an integer", SCHEMA_INTEGER},
	{"string", "a string", SCHEMA_STRING},
};

static bool find(const JsonbValue *schema, const char *key, JsonbValue *value);
static bool find_container(const JsonbValue *schema, const char *key,
                           bool is_array, JsonbContainer **container);
static SchemaTypes types_of_word(const JsonbValue *word);
static SchemaTypes types_of_words(const JsonbValue *value);
static SchemaTypes type_of(const JsonbValue *value);

SchemaTypes
schema_sketch_types(const JsonbValue *schema)
{
	SchemaTypes types = SCHEMA_ALL_TYPES;
	SchemaTypes listed = 0;
	JsonbValue value;
	JsonbValue *values;
	int count;

	if (schema->type == jbvBool)
		return schema->val.boolean ? SCHEMA_ALL_TYPES : 0;
	if (find(schema, "type", &value))
		types = types_of_words(&value);
	if (!schema_sketch_values(schema, &values, &count))
		return types;
	for (int i = 0; i < count; i++)
		listed |= type_of(&values[i]);
	return types & listed;
}

char *
schema_sketch_type_names(SchemaTypes types)
{
	StringInfoData names;

	initStringInfo(&names);
	for (int i = 0; i < (int) lengthof(words); i++)
	{
		/* "a number" says it all; without fractions it is "an integer". */
		if ((types & words[i].types) != words[i].types)
			continue;
		if (words[i].types == SCHEMA_INTEGER && (types & SCHEMA_FRACTION))
			continue;
		appendStringInfo(
			&names, "%s%s", names.len == 0 ? "" : " or ", words[i].noun);
	}
	return names.len == 0 ? pstrdup("nothing") : names.data;
}

bool
schema_sketch_property(const JsonbValue *schema, const char *name,
                       JsonbValue *property)
{
	JsonbContainer *properties;

	return find_container(schema, "properties", false, &properties) &&
	       getKeyJsonValueFromContainer(
			   properties, name, (int) strlen(name), property) != NULL;
}

/*
 * additionalProperties looks at its own neighbours only, so a name they do not
 * cover is forbidden whatever else the schema says.
 */
bool
schema_sketch_may_have(const JsonbValue *schema, const char *name)
{
	JsonbValue value;

	if (!(schema_sketch_types(schema) & SCHEMA_OBJECT))
		return false;
	if (schema_sketch_property(schema, name, &value))
		return value.type != jbvBool || value.val.boolean;
	return find(schema, "patternProperties", &value) ||
	       !find(schema, "additionalProperties", &value) ||
	       value.type != jbvBool || value.val.boolean;
}

bool
schema_sketch_required(const JsonbValue *schema, JsonbContainer **names)
{
	return find_container(schema, "required", true, names);
}

bool
schema_sketch_values(const JsonbValue *schema, JsonbValue **values, int *count)
{
	JsonbContainer *items;

	*values = palloc(sizeof(JsonbValue));
	*count = 1;
	if (find(schema, "const", *values))
		return true;
	if (!find_container(schema, "enum", true, &items))
		return false;
	*count = (int) JsonContainerSize(items);
	*values = palloc_array(JsonbValue, JsonContainerSize(items) + 1);
	for (int i = 0; i < *count; i++)
		(*values)[i] = *getIthJsonbValueFromContainer(items, (uint32) i);
	return true;
}

static bool
find(const JsonbValue *schema, const char *key, JsonbValue *value)
{
	return schema->type == jbvBinary &&
	       JsonContainerIsObject(schema->val.binary.data) &&
	       getKeyJsonValueFromContainer(
			   schema->val.binary.data, key, (int) strlen(key), value) != NULL;
}

static bool
find_container(const JsonbValue *schema, const char *key, bool is_array,
               JsonbContainer **container)
{
	JsonbValue value;

	if (!find(schema, key, &value) || value.type != jbvBinary ||
	    JsonContainerIsArray(value.val.binary.data) != is_array)
		return false;
	*container = value.val.binary.data;
	return true;
}

static SchemaTypes
types_of_word(const JsonbValue *word)
{
	for (size_t i = 0; i < lengthof(words); i++)
	{
		if (word->type == jbvString &&
		    word->val.string.len == (int) strlen(words[i].name) &&
		    memcmp(word->val.string.val,
		           words[i].name,
		           strlen(words[i].name)) == 0)
			return words[i].types;
	}
	return SCHEMA_ALL_TYPES; /* no schema of ours; it was refused long ago */
}

/* One word, or an array of them. */
static SchemaTypes
types_of_words(const JsonbValue *value)
{
	SchemaTypes types = 0;
	uint32 count;

	if (value->type != jbvBinary ||
	    !JsonContainerIsArray(value->val.binary.data))
		return types_of_word(value);
	count = JsonContainerSize(value->val.binary.data);
	for (uint32 i = 0; i < count; i++)
		types |= types_of_word(
			getIthJsonbValueFromContainer(value->val.binary.data, i));
	return types;
}

static SchemaTypes
type_of(const JsonbValue *value)
{
	Numeric number;

	switch (value->type)
	{
		case jbvNull:
			return SCHEMA_NULL;
		case jbvBool:
			return SCHEMA_BOOLEAN;
		case jbvString:
			return SCHEMA_STRING;
		case jbvNumeric:
			number = value->val.numeric;
			return DatumGetBool(DirectFunctionCall2(
					   numeric_eq,
					   NumericGetDatum(number),
					   DirectFunctionCall2(numeric_trunc,
			                               NumericGetDatum(number),
			                               Int32GetDatum(0))))
			           ? SCHEMA_INTEGER
			           : SCHEMA_FRACTION;
		case jbvBinary:
			return JsonContainerIsArray(value->val.binary.data) ? SCHEMA_ARRAY
			                                                    : SCHEMA_OBJECT;
		default:
			return SCHEMA_ALL_TYPES;
	}
}
