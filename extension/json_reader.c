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

static bool find_usable(const JsonObject *object, const char *key,
                        JsonNeed need, JsonbValue *value);
static JsonPlace place_of(const JsonObject *object, const char *key);
static bool is_word(const JsonbValue *key, const char *const *words, int count);
static void add_unknown_key(const JsonObject *object, const JsonbValue *key,
                            const char *const *allowed, int count);

bool
json_object_open(JsonObject *object, Jsonb *document, const char *noun,
                 ProblemList *problems)
{
	JsonbContainer *root = &document->root;
	JsonPlace place = {json_path_root(), NULL, 0, false, problems};
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
	JsonbValue value;

	return json_object_find(object, key, &value) && value.type != jbvNull;
}

bool
json_object_read_object(const JsonObject *object, const char *key,
                        JsonNeed need, const char *noun, JsonObject *child)
{
	JsonPlace place = place_of(object, key);
	JsonbValue value;

	*child = (JsonObject){NULL, 0, place.path, noun, object->problems};
	return find_usable(object, key, need, &value) &&
	       json_object_take(child, &value, &place, noun);
}

bool
json_object_read_array(const JsonObject *object, const char *key, JsonNeed need,
                       JsonArray *array)
{
	JsonPlace place = place_of(object, key);
	JsonbValue value;

	*array = (JsonArray){NULL, 0, place.path, key, object->problems};
	if (find_usable(object, key, need, &value))
		array->container = json_value_read_array(&value, &place);
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

	if (!find_usable(object, key, need, &value))
		return NULL;
	return json_value_read_string(&value, &place, limits);
}

bool
json_object_read_integer(const JsonObject *object, const char *key,
                         JsonNeed need, const JsonRange *range, int *value)
{
	JsonPlace place = place_of(object, key);
	JsonbValue found;

	return find_usable(object, key, need, &found) &&
	       json_value_read_integer(&found, &place, range, value);
}

bool
json_object_read_number(const JsonObject *object, const char *key,
                        JsonNeed need, const JsonRange *range, double *value)
{
	JsonPlace place = place_of(object, key);
	JsonbValue found;

	return find_usable(object, key, need, &found) &&
	       json_value_read_number(&found, &place, range, value);
}

bool
json_object_read_bool(const JsonObject *object, const char *key, JsonNeed need,
                      bool *value)
{
	JsonPlace place = place_of(object, key);
	JsonbValue found;

	return find_usable(object, key, need, &found) &&
	       json_value_read_bool(&found, &place, value);
}

int
json_object_read_word(const JsonObject *object, const char *key, JsonNeed need,
                      const char *const *words, int count)
{
	JsonPlace place = place_of(object, key);
	JsonbValue found;

	if (!find_usable(object, key, need, &found))
		return -1;
	return json_value_read_word(&found, &place, words, count);
}

void
json_object_check_keys(const JsonObject *object, const char *const *allowed,
                       int count)
{
	JsonMembers members;
	JsonbValue key;
	JsonbValue value;

	json_members_open(&members, object);
	while (json_members_next(&members, &key, &value))
	{
		if (!is_word(&key, allowed, count))
			add_unknown_key(object, &key, allowed, count);
	}
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
	                   key->val.string.val,
	                   key->val.string.len,
	                   false,
	                   object->problems};

	return json_object_take(child, value, &place, noun);
}

/* Null is as good as absent; a required key must be neither. */
static bool
find_usable(const JsonObject *object, const char *key, JsonNeed need,
            JsonbValue *value)
{
	JsonPath path = json_object_path(object, key);
	bool is_there = json_object_find(object, key, value);

	if (is_there && value->type != jbvNull)
		return true;

	/* An object that is not there has been complained about already. */
	if (need == JSON_REQUIRED && object->container != NULL)
		problem_add(object->problems,
		            PROBLEM_DEFINITION,
		            "required_key",
		            &path,
		            NULL,
		            is_there ? "\"%s\" of the %s must not be null"
		                     : "\"%s\" is missing in the %s",
		            key,
		            object->noun);
	return false;
}

static JsonPlace
place_of(const JsonObject *object, const char *key)
{
	return (JsonPlace){json_object_path(object, key),
	                   key,
	                   (int) strlen(key),
	                   false,
	                   object->problems};
}

static bool
is_word(const JsonbValue *key, const char *const *words, int count)
{
	size_t length = (size_t) key->val.string.len;

	for (int i = 0; i < count; i++)
	{
		if (strlen(words[i]) == length &&
		    memcmp(words[i], key->val.string.val, length) == 0)
			return true;
	}
	return false;
}

static void
add_unknown_key(const JsonObject *object, const JsonbValue *key,
                const char *const *allowed, int count)
{
	const char *text = key->val.string.val;
	int length = key->val.string.len;
	JsonPath path = json_members_path(object, key);

	problem_add(object->problems,
	            PROBLEM_DEFINITION,
	            "unknown_key",
	            &path,
	            json_text_suggest(text, length, "keys", allowed, count),
	            "unknown key %s in the %s",
	            json_text_quote(text, length),
	            object->noun);
}
