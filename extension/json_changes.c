/*
 * json_changes.c
 *		The differences of two documents as one document of bounded size.
 */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/numeric.h"

#include "json_changes.h"
#include "json_diff.h"

/* What is larger than this part of all room is cut by itself. */
#define VALUE_SHARE 4

/* What jsonb keeps for an item beside its path and values. */
#define ITEM_BYTES 64

typedef struct Changes
{
	JsonbParseState *state;
	Size room;  /* bytes that may still come */
	Size limit; /* bytes of one value */
	int64 all;  /* differences, with those left out */
	bool is_full;
} Changes;

static void
put_difference(void *context, const JsonPath *path, JsonChange change,
               const JsonbValue *before, const JsonbValue *after);
static Jsonb *copy_value(const Changes *changes, const JsonbValue *value);
static Jsonb *make_count(const char *name, int64 count);
static Size size_of(Jsonb *value);
static void put_item(Changes *changes, const char *path, const char *change,
                     Jsonb *before, Jsonb *after);
static void put_text(Changes *changes, const char *key, const char *text);
static void put_value(Changes *changes, const char *key, Jsonb *value);
static void set_string(JsonbValue *value, const char *text);

Jsonb *
json_changes_make(Jsonb *before, Jsonb *after, const char *item_key,
                  int max_bytes)
{
	Changes changes = {.room = (Size) max_bytes,
	                   .limit = (Size) max_bytes / VALUE_SHARE};

	(void) pushJsonbValue(&changes.state, WJB_BEGIN_ARRAY, NULL);
	json_diff_walk(before, after, item_key, put_difference, &changes);
	if (changes.is_full)
		put_item(
			&changes, "$", "cut", NULL, make_count("differences", changes.all));
	return JsonbValueToJsonb(
		pushJsonbValue(&changes.state, WJB_END_ARRAY, NULL));
}

static void
put_difference(void *context, const JsonPath *path, JsonChange change,
               const JsonbValue *before, const JsonbValue *after)
{
	Changes *changes = context;
	const char *place;
	Jsonb *old_value;
	Jsonb *new_value;
	Size size;

	changes->all++;
	if (changes->is_full)
		return;
	place = json_path_print(path);
	old_value = copy_value(changes, before);
	new_value = copy_value(changes, after);
	size = ITEM_BYTES + strlen(place) + size_of(old_value) + size_of(new_value);
	if (size > changes->room)
	{
		changes->is_full = true;
		return;
	}
	changes->room -= size;
	put_item(changes, place, json_change_name(change), old_value, new_value);
}

/* A copy, for the value may live no longer than the visit; NULL for none. */
static Jsonb *
copy_value(const Changes *changes, const JsonbValue *value)
{
	JsonbValue writable;
	Jsonb *copy;
	Size size;

	if (value == NULL)
		return NULL;
	writable = *value;
	copy = JsonbValueToJsonb(&writable);
	size = VARSIZE(copy);
	if (size <= changes->limit)
		return copy;
	pfree(copy);
	return make_count("cut", (int64) size);
}

/* {name: count} */
static Jsonb *
make_count(const char *name, int64 count)
{
	JsonbParseState *state = NULL;
	JsonbValue value;

	(void) pushJsonbValue(&state, WJB_BEGIN_OBJECT, NULL);
	set_string(&value, name);
	(void) pushJsonbValue(&state, WJB_KEY, &value);
	value.type = jbvNumeric;
	value.val.numeric = int64_to_numeric(count);
	(void) pushJsonbValue(&state, WJB_VALUE, &value);
	return JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_OBJECT, NULL));
}

static Size
size_of(Jsonb *value)
{
	return value == NULL ? 0 : VARSIZE(value);
}

static void
put_item(Changes *changes, const char *path, const char *change, Jsonb *before,
         Jsonb *after)
{
	(void) pushJsonbValue(&changes->state, WJB_BEGIN_OBJECT, NULL);
	put_text(changes, "path", path);
	put_text(changes, "change", change);
	put_value(changes, "old", before);
	put_value(changes, "new", after);
	(void) pushJsonbValue(&changes->state, WJB_END_OBJECT, NULL);
}

static void
put_text(Changes *changes, const char *key, const char *text)
{
	JsonbValue value;

	set_string(&value, key);
	(void) pushJsonbValue(&changes->state, WJB_KEY, &value);
	set_string(&value, text);
	(void) pushJsonbValue(&changes->state, WJB_VALUE, &value);
}

static void
put_value(Changes *changes, const char *key, Jsonb *value)
{
	JsonbValue pushed;

	set_string(&pushed, key);
	(void) pushJsonbValue(&changes->state, WJB_KEY, &pushed);
	if (value == NULL)
		pushed.type = jbvNull;
	else
		JsonbToJsonbValue(value, &pushed);
	(void) pushJsonbValue(&changes->state, WJB_VALUE, &pushed);
}

/* A copy: JsonbValue points at what it could change. */
static void
set_string(JsonbValue *value, const char *text)
{
	value->type = jbvString;
	value->val.string.val = pstrdup(text);
	value->val.string.len = (int) strlen(text);
}
