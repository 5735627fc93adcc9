/*
 * json_array.c
 *		The items of an array, read by type; json_reader opens the array.
 */
#include "postgres.h"

#include "json_array.h"
#include "json_text.h"
#include "name_map.h"

static JsonPlace item_place_of(const JsonArray *array, int index);

void
json_array_find(const JsonArray *array, int index, JsonbValue *value)
{
	JsonbValue *found;

	Assert(index >= 0 && index < array->length);
	found = getIthJsonbValueFromContainer(array->container, (uint32) index);
	*value = *found;
	pfree(found);
}

JsonPath
json_array_path(const JsonArray *array, int index)
{
	return json_path_item(&array->path, index);
}

bool
json_array_read_object(const JsonArray *array, int index, const char *noun,
                       JsonObject *child)
{
	JsonPlace place = item_place_of(array, index);
	JsonbValue value;

	json_array_find(array, index, &value);
	return json_object_take(child, &value, &place, noun);
}

char *
json_array_read_string(const JsonArray *array, int index,
                       const JsonTextLimits *limits)
{
	JsonPlace place = item_place_of(array, index);
	JsonbValue value;

	json_array_find(array, index, &value);
	return json_value_read_string(&value, &place, limits);
}

List *
json_array_read_strings(const JsonArray *array, const JsonTextLimits *limits)
{
	NameMap *places = name_map_create();
	List *texts = NIL;

	for (int i = 0; i < array->length && !problem_is_full(array->problems); i++)
	{
		JsonPath path = json_array_path(array, i);
		char *text = json_array_read_string(array, i, limits);
		int first;

		if (text == NULL)
			continue;
		first = name_map_add(places, text, i);
		if (first >= 0)
			problem_add(array->problems,
			            PROBLEM_DEFINITION,
			            "duplicate",
			            &path,
			            NULL,
			            "\"%s\" has %s twice, at %d and at %d",
			            array->key,
			            json_text_quote(text, (int) strlen(text)),
			            first,
			            i);
		texts = lappend(texts, text);
	}
	return texts;
}

bool
json_array_read_integer(const JsonArray *array, int index,
                        const JsonRange *range, int *value)
{
	JsonPlace place = item_place_of(array, index);
	JsonbValue found;

	json_array_find(array, index, &found);
	return json_value_read_integer(&found, &place, range, value);
}

static JsonPlace
item_place_of(const JsonArray *array, int index)
{
	return (JsonPlace){json_array_path(array, index),
	                   JSON_ITEM,
	                   array->key,
	                   (int) strlen(array->key),
	                   array->problems};
}
