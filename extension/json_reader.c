/*
 * json_reader.c
 *		Typed reads from jsonb that add problems instead of raising.
 *
 * Finds the value and says where it stands; whether it is a right one is
 * json_value's to say.
 */
#include "postgres.h"

#include "json_reader.h"
#include "json_text.h"

static bool
find_usable(const JsonObject *object, const char *key, JsonbValue *value);
static void
add_required(const JsonObject *object, const char *key, const char *wanted);
static JsonPlace place_of(const JsonObject *object, const char *key);
static bool is_word(const JsonbValue *key, const char *const *words, int count);

bool
json_object_open(JsonObject *object, Jsonb *document, const char *noun,
                 ProblemList *problems)
{
	JsonbContainer *root = &document->root;
	JsonPlace place = {json_path_root(), JSON_DOCUMENT, noun, 0, problems};
	JsonbValue value;

	if (JsonContainerIsScalar(root))
		(void) JsonbExtractScalar(root, &value);
	else
	{
		value.type = jbvBinary;
		value.val.binary.data = root;
		value.val.binary.len = (int) VARSIZE(document) - VARHDRSZ;
	}
	return json_object_take(object, &value, &place, noun);
}

bool
json_object_take(JsonObject *object, const JsonbValue *value,
                 const JsonPlace *place, const char *noun)
{
	*object = (JsonObject){NULL, 0, place->path, noun, place->problems};
	object->container = json_value_read_object(value, place);
	if (object->container == NULL)
		return false;
	object->size = value->val.binary.len;
	return true;
}

Jsonb *
json_object_copy(const JsonObject *object)
{
	Size size = VARHDRSZ + (Size) object->size;
	Jsonb *copy = palloc(size);

	SET_VARSIZE(copy, size);
	memcpy(&copy->root, object->container, (Size) object->size);
	return copy;
}

bool
json_object_find(const JsonObject *object, const char *key, JsonbValue *value)
{
	return object->container != NULL &&
	       getKeyJsonValueFromContainer(
			   object->container, key, (int) strlen(key), value) != NULL;
}

JsonPath
json_object_path(const JsonObject *object, const char *key)
{
	return json_path_key(&object->path, key, (int) strlen(key));
}

bool
json_object_has(const JsonObject *object, const char *key)
{
	JsonbValue ignored;

	return find_usable(object, key, &ignored);
}

bool
json_object_read_object(const JsonObject *object, const char *key,
                        JsonNeed need, const char *noun, JsonObject *child)
{
	JsonPlace place = place_of(object, key);
	JsonbValue value;

	*child = (JsonObject){NULL, 0, place.path, noun, object->problems};
	if (find_usable(object, key, &value))
		return json_object_take(child, &value, &place, noun);
	if (need == JSON_REQUIRED)
		add_required(object, key, "an object");
	return false;
}

bool
json_object_read_array(const JsonObject *object, const char *key, JsonNeed need,
                       JsonArray *array)
{
	JsonPlace place = place_of(object, key);
	JsonbValue value;

	*array = (JsonArray){NULL, 0, place.path, key, object->problems};
	if (find_usable(object, key, &value))
		array->container = json_value_read_array(&value, &place);
	else if (need == JSON_REQUIRED)
		add_required(object, key, "an array");
	if (array->container == NULL)
		return false;
	array->length = (int) JsonContainerSize(array->container);
	return true;
}

char *
json_object_read_string(const JsonObject *object, const char *key,
                        JsonNeed need, const JsonTextLimits *limits)
{
	JsonPlace place = place_of(object, key);
	JsonbValue value;

	if (find_usable(object, key, &value))
		return json_value_read_string(&value, &place, limits);
	if (need == JSON_REQUIRED)
		add_required(object, key, json_describe_text(limits));
	return NULL;
}

bool
json_object_read_integer(const JsonObject *object, const char *key,
                         JsonNeed need, const JsonRange *range, int *value)
{
	JsonPlace place = place_of(object, key);
	JsonbValue found;

	if (find_usable(object, key, &found))
		return json_value_read_integer(&found, &place, range, value);
	if (need == JSON_REQUIRED)
		add_required(object, key, json_describe_range("an integer", range));
	return false;
}

bool
json_object_read_number(const JsonObject *object, const char *key,
                        JsonNeed need, const JsonRange *range, double *value)
{
	JsonPlace place = place_of(object, key);
	JsonbValue found;

	if (find_usable(object, key, &found))
		return json_value_read_number(&found, &place, range, value);
	if (need == JSON_REQUIRED)
		add_required(object, key, json_describe_range("a number", range));
	return false;
}

bool
json_object_read_bool(const JsonObject *object, const char *key, JsonNeed need,
                      bool *value)
{
	JsonPlace place = place_of(object, key);
	JsonbValue found;

	if (find_usable(object, key, &found))
		return json_value_read_bool(&found, &place, value);
	if (need == JSON_REQUIRED)
		add_required(object, key, "true or false");
	return false;
}

int
json_object_read_word(const JsonObject *object, const char *key, JsonNeed need,
                      const char *const *words, int count)
{
	JsonPlace place = place_of(object, key);
	JsonbValue found;

	if (find_usable(object, key, &found))
		return json_value_read_word(&found, &place, words, count);
	if (need == JSON_REQUIRED)
		add_required(object, key, json_describe_words(words, count));
	return -1;
}

void
json_object_check_keys(const JsonObject *object, const char *const *allowed,
                       int count)
{
	JsonMembers members;
	JsonbValue key;
	JsonbValue value;

	json_members_open(&members, object);
	while (!problem_is_full(object->problems) &&
	       json_members_next(&members, &key, &value))
		json_members_check_key(object, &key, allowed, count);
}

void
json_members_open(JsonMembers *members, const JsonObject *object)
{
	JsonbValue begin;

	members->iterator = NULL;
	if (object->container == NULL)
		return;
	members->iterator = JsonbIteratorInit(object->container);
	(void) JsonbIteratorNext(&members->iterator, &begin, true);
}

bool
json_members_next(JsonMembers *members, JsonbValue *key, JsonbValue *value)
{
	if (members->iterator == NULL ||
	    JsonbIteratorNext(&members->iterator, key, true) != WJB_KEY)
		return false;
	(void) JsonbIteratorNext(&members->iterator, value, true);
	return true;
}

JsonPath
json_members_path(const JsonObject *object, const JsonbValue *key)
{
	return json_path_key(
		&object->path, key->val.string.val, key->val.string.len);
}

bool
json_members_read_object(const JsonObject *object, const JsonbValue *key,
                         const JsonbValue *value, const char *noun,
                         JsonObject *child)
{
	JsonPlace place = {json_members_path(object, key),
	                   JSON_MEMBER,
	                   key->val.string.val,
	                   key->val.string.len,
	                   object->problems};

	return json_object_take(child, value, &place, noun);
}

void
json_members_check_key(const JsonObject *object, const JsonbValue *key,
                       const char *const *allowed, int count)
{
	const char *text = key->val.string.val;
	int length = key->val.string.len;
	JsonPath path = json_members_path(object, key);

	if (is_word(key, allowed, count))
		return;
	problem_add(object->problems,
	            PROBLEM_DEFINITION,
	            "unknown_key",
	            &path,
	            json_text_suggest(text, length, "keys", allowed, count),
	            "unknown key %s in the %s",
	            json_text_quote(text, length),
	            object->noun);
}

/* Null is as good as absent. */
static bool
find_usable(const JsonObject *object, const char *key, JsonbValue *value)
{
	return json_object_find(object, key, value) && value->type != jbvNull;
}

/* What is no object has been complained about already, and lacks no keys. */
static void
add_required(const JsonObject *object, const char *key, const char *wanted)
{
	JsonPath path = json_object_path(object, key);
	JsonbValue ignored;

	if (object->container == NULL)
		return;
	problem_add(object->problems,
	            PROBLEM_DEFINITION,
	            "required_key",
	            &path,
	            psprintf("Give it %s.", wanted),
	            json_object_find(object, key, &ignored)
	                ? "\"%s\" in the %s must not be null"
	                : "\"%s\" is missing in the %s",
	            key,
	            object->noun);
}

static JsonPlace
place_of(const JsonObject *object, const char *key)
{
	return (JsonPlace){json_object_path(object, key),
	                   JSON_MEMBER,
	                   key,
	                   (int) strlen(key),
	                   object->problems};
}

static bool
is_word(const JsonbValue *key, const char *const *words, int count)
{
	for (int i = 0; i < count; i++)
	{
		if (json_value_is_text(key, words[i]))
			return true;
	}
	return false;
}
