/*
 * artifact.c
 *		What an attempt leaves beside its result: a file, for whoever asks for it.
 *
 * Its name and type become headers of HTTP, so what they are made of is limited
 * here, where they come in.
 */
#include "postgres.h"

#include "artifact.h"
#include "common/base64.h"
#include "utils/builtins.h"

static const JsonTextLimits name_limits = {JSON_TEXT_LINE, 1, 200};
static const JsonTextLimits type_limits = {JSON_TEXT_LINE, 3, 100};
static const JsonTextLimits any_text = {JSON_TEXT_ANY, 0, 0};

static char *read_name(const JsonObject *object);
static char *read_type(const JsonObject *object);
static bytea *read_data(const JsonObject *object);
static bytea *decode(const JsonObject *object, const char *text);
static void complain(const JsonObject *object, const char *key,
                     const char *rule, const char *message);
static bool is_token(const char *text, size_t length);

Artifact *
artifact_read(const JsonObject *result)
{
	Artifact *artifact;
	JsonObject object;

	if (!json_object_has(result, "artifact") ||
	    !json_object_read_object(
			result, "artifact", JSON_OPTIONAL, "artifact", &object))
		return NULL;
	artifact = palloc0_object(Artifact);
	artifact->name = read_name(&object);
	artifact->content_type = read_type(&object);
	artifact->data = read_data(&object);
	return artifact;
}

static char *
read_name(const JsonObject *object)
{
	char *name =
		json_object_read_string(object, "name", JSON_REQUIRED, &name_limits);

	if (name != NULL && !is_token(name, strlen(name)))
		complain(object,
		         "name",
		         "wrong_name",
		         "\"name\" must be letters, digits, \".\", \"_\" and \"-\"");
	return name;
}

static char *
read_type(const JsonObject *object)
{
	char *type = json_object_read_string(
		object, "content_type", JSON_REQUIRED, &type_limits);
	const char *slash = type == NULL ? NULL : strchr(type, '/');

	if (type != NULL &&
	    (slash == NULL || !is_token(type, (size_t) (slash - type)) ||
	     !is_token(slash + 1, strlen(slash + 1))))
		complain(object,
		         "content_type",
		         "wrong_type",
		         "\"content_type\" must be a media type without parameters");
	return type;
}

static bytea *
read_data(const JsonObject *object)
{
	char *text =
		json_object_read_string(object, "text", JSON_OPTIONAL, &any_text);
	char *base64 = json_object_read_string(
		object, "data_base64", JSON_OPTIONAL, &any_text);
	bytea *data = NULL;

	if ((text == NULL) == (base64 == NULL))
		complain(object,
		         "data_base64",
		         "one_required",
		         "an artifact must have either \"text\" or \"data_base64\"");
	else if (text != NULL)
		data = (bytea *) cstring_to_text(text);
	else
		data = decode(object, base64);
	if (data != NULL && VARSIZE(data) - VARHDRSZ > ARTIFACT_MAX)
		complain(
			object,
			text != NULL ? "text" : "data_base64",
			"too_large",
			psprintf("an artifact must have at most %d bytes", ARTIFACT_MAX));
	return data;
}

static bytea *
decode(const JsonObject *object, const char *text)
{
	int length = (int) strlen(text);
	int room = pg_b64_dec_len(length);
	bytea *data = palloc((Size) room + VARHDRSZ);
	int size = pg_b64_decode(text, length, VARDATA(data), room);

	if (size < 0)
	{
		complain(object,
		         "data_base64",
		         "wrong_type",
		         "\"data_base64\" must be base64, without spaces");
		return NULL;
	}
	SET_VARSIZE(data, size + VARHDRSZ);
	return data;
}

static void
complain(const JsonObject *object, const char *key, const char *rule,
         const char *message)
{
	JsonPath path = json_object_path(object, key);

	problem_add(
		object->problems, PROBLEM_DEFINITION, rule, &path, NULL, "%s", message);
}

/* What needs no quotes in any header. */
static bool
is_token(const char *text, size_t length)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
								  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._+-";

	return length > 0 && strspn(text, allowed) >= length;
}
