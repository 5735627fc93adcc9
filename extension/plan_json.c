/*
 * plan_json.c
 *		Reading a definition that was checked when it was written.
 */
#include "postgres.h"

#include "plan_json.h"
#include "utils/builtins.h"

static JsonbContainer *
find_container(JsonbContainer *object, const char *key, bool is_array);
static Datum
find_number(JsonbContainer *object, const char *key, bool *is_found);

bool
plan_json_find(JsonbContainer *object, const char *key, JsonbValue *value)
{
	return getKeyJsonValueFromContainer(
			   object, key, (int) strlen(key), value) != NULL &&
	       value->type != jbvNull;
}

JsonbContainer *
plan_json_find_object(JsonbContainer *object, const char *key)
{
	return find_container(object, key, false);
}

JsonbContainer *
plan_json_find_array(JsonbContainer *object, const char *key)
{
	return find_container(object, key, true);
}

JsonbContainer *
plan_json_object(JsonbContainer *object, const char *key)
{
	JsonbContainer *found = find_container(object, key, false);

	if (found == NULL)
		plan_json_raise(key);
	return found;
}

JsonbContainer *
plan_json_array(JsonbContainer *object, const char *key)
{
	JsonbContainer *found = find_container(object, key, true);

	if (found == NULL)
		plan_json_raise(key);
	return found;
}

void
plan_json_string(JsonbContainer *object, const char *key, JsonbValue *value)
{
	if (!plan_json_find(object, key, value) || value->type != jbvString)
		plan_json_raise(key);
}

char *
plan_json_text(JsonbContainer *object, const char *key)
{
	JsonbValue value;

	plan_json_string(object, key, &value);
	return plan_json_copy(&value);
}

double
plan_json_double(JsonbContainer *object, const char *key, double absent)
{
	bool is_found;
	Datum number = find_number(object, key, &is_found);

	if (!is_found)
		return absent;
	return DatumGetFloat8(DirectFunctionCall1(numeric_float8, number));
}

int
plan_json_int(JsonbContainer *object, const char *key, int absent)
{
	bool is_found;
	Datum number = find_number(object, key, &is_found);

	if (!is_found)
		return absent;
	return DatumGetInt32(DirectFunctionCall1(numeric_int4, number));
}

char *
plan_json_find_text(JsonbContainer *object, const char *key)
{
	JsonbValue value;

	if (!plan_json_find(object, key, &value))
		return NULL;
	return plan_json_text(object, key);
}

JsonbContainer *
plan_json_item(JsonbContainer *array, int index)
{
	JsonbValue *item = getIthJsonbValueFromContainer(array, (uint32) index);

	if (item == NULL || item->type != jbvBinary ||
	    !JsonContainerIsObject(item->val.binary.data))
		plan_json_raise("steps");
	return item->val.binary.data;
}

char **
plan_json_texts(JsonbContainer *array, int *count)
{
	char **texts;

	*count = (int) JsonContainerSize(array);
	texts = palloc_array(char *, (Size) Max(*count, 1));
	for (int i = 0; i < *count; i++)
	{
		JsonbValue *item = getIthJsonbValueFromContainer(array, (uint32) i);

		if (item->type != jbvString)
			plan_json_raise("a list of texts");
		texts[i] = plan_json_copy(item);
	}
	return texts;
}

char *
plan_json_copy(const JsonbValue *string)
{
	return pnstrdup(string->val.string.val, (Size) string->val.string.len);
}

bool
plan_json_is(const JsonbValue *value, const char *word)
{
	return value->type == jbvString &&
	       value->val.string.len == (int) strlen(word) &&
	       memcmp(value->val.string.val, word, strlen(word)) == 0;
}

void
plan_json_raise(const char *key)
{
	ereport(ERROR,
	        (errcode(ERRCODE_DATA_CORRUPTED),
	         errmsg("workflow version is damaged at key \"%s\"", key),
	         errdetail("Its definition is not in the form in which "
	                   "mcp.create_workflow writes it.")));
}

static JsonbContainer *
find_container(JsonbContainer *object, const char *key, bool is_array)
{
	JsonbValue value;

	if (!plan_json_find(object, key, &value))
		return NULL;
	if (value.type != jbvBinary ||
	    JsonContainerIsArray(value.val.binary.data) != is_array)
		plan_json_raise(key);
	return value.val.binary.data;
}

static Datum
find_number(JsonbContainer *object, const char *key, bool *is_found)
{
	JsonbValue value;

	*is_found = plan_json_find(object, key, &value);
	if (!*is_found)
		return (Datum) 0;
	if (value.type != jbvNumeric)
		plan_json_raise(key);
	return NumericGetDatum(value.val.numeric);
}
