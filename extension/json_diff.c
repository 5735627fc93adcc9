/*
 * json_diff.c
 *		What must change in one document to make another of it.
 *
 * Two containers whose bytes are the same are equal and are not entered, so
 * the cost is that of what changed, not of the documents; bytes that differ
 * prove nothing (1.0 and 1) and are compared value by value.
 */
#include "postgres.h"

#include "fmgr.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "json_diff.h"
#include "json_items.h"
#include "json_walk.h"

typedef struct Walk
{
	const char *item_key;
	JsonDiffVisit visit;
	void *context;
} Walk;

static void read_root(Jsonb *document, JsonbValue *root);
static void diff_values(const Walk *walk, const JsonPath *path,
                        const JsonbValue *before, const JsonbValue *after);
static bool is_object(const JsonbValue *value);
static bool is_array(const JsonbValue *value);
static bool has_same_bytes(const JsonbValue *before, const JsonbValue *after);
static bool is_equal_scalar(const JsonbValue *before, const JsonbValue *after);
static void diff_objects(const Walk *walk, const JsonPath *path,
                         JsonbContainer *before, JsonbContainer *after);
static void visit_member(const Walk *walk, const JsonPath *path,
                         JsonChange change, const JsonWalk *members);
static void diff_arrays(const Walk *walk, const JsonPath *path,
                        JsonbContainer *before, JsonbContainer *after);
static void diff_by_place(const Walk *walk, const JsonPath *path,
                          const JsonItems *before, const JsonItems *after);
static void diff_by_name(const Walk *walk, const JsonPath *path,
                         const JsonItems *before, const JsonItems *after);
static void visit_order(const Walk *walk, const JsonPath *path,
                        const JsonItems *before, const JsonItems *after);
static JsonbValue *make_names(const JsonItems *items);
static void visit_item(const Walk *walk, const JsonPath *path, int index,
                       JsonChange change, const JsonbValue *value);
static void visit_one(const Walk *walk, const JsonPath *path, JsonChange change,
                      const JsonbValue *value);

void
json_diff_walk(Jsonb *before, Jsonb *after, const char *item_key,
               JsonDiffVisit visit, void *context)
{
	Walk walk = {item_key, visit, context};
	JsonPath path = json_path_root();
	JsonbValue before_root;
	JsonbValue after_root;

	read_root(before, &before_root);
	read_root(after, &after_root);
	diff_values(&walk, &path, &before_root, &after_root);
}

const char *
json_change_name(JsonChange change)
{
	switch (change)
	{
		case JSON_ADDED:
			return "added";
		case JSON_REMOVED:
			return "removed";
		case JSON_CHANGED:
			return "changed";
	}
	return NULL;
}

/* jsonb keeps a scalar root as an array of one. */
static void
read_root(Jsonb *document, JsonbValue *root)
{
	if (JB_ROOT_IS_SCALAR(document))
		(void) JsonbExtractScalar(&document->root, root);
	else
	{
		root->type = jbvBinary;
		root->val.binary.data = &document->root;
		root->val.binary.len = (int) VARSIZE_ANY_EXHDR(document);
	}
}

static void
diff_values(const Walk *walk, const JsonPath *path, const JsonbValue *before,
            const JsonbValue *after)
{
	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
	if (has_same_bytes(before, after))
		return;
	if (is_object(before) && is_object(after))
		diff_objects(
			walk, path, before->val.binary.data, after->val.binary.data);
	else if (is_array(before) && is_array(after))
		diff_arrays(
			walk, path, before->val.binary.data, after->val.binary.data);
	else if (!is_equal_scalar(before, after))
		walk->visit(walk->context, path, JSON_CHANGED, before, after);
}

static bool
is_object(const JsonbValue *value)
{
	return value->type == jbvBinary &&
	       JsonContainerIsObject(value->val.binary.data);
}

static bool
is_array(const JsonbValue *value)
{
	return value->type == jbvBinary &&
	       JsonContainerIsArray(value->val.binary.data);
}

static bool
has_same_bytes(const JsonbValue *before, const JsonbValue *after)
{
	return before->type == jbvBinary && after->type == jbvBinary &&
	       before->val.binary.len == after->val.binary.len &&
	       memcmp(before->val.binary.data,
	              after->val.binary.data,
	              (size_t) before->val.binary.len) == 0;
}

static bool
is_equal_scalar(const JsonbValue *before, const JsonbValue *after)
{
	if (before->type != after->type)
		return false;
	switch (before->type)
	{
		case jbvNull:
			return true;
		case jbvBool:
			return before->val.boolean == after->val.boolean;
		case jbvString:
			return before->val.string.len == after->val.string.len &&
			       memcmp(before->val.string.val,
			              after->val.string.val,
			              (size_t) before->val.string.len) == 0;
		case jbvNumeric:
			return DatumGetBool(
				DirectFunctionCall2(numeric_eq,
			                        NumericGetDatum(before->val.numeric),
			                        NumericGetDatum(after->val.numeric)));
		case jbvArray:
		case jbvObject:
		case jbvBinary:
		case jbvDatetime:
			return false;
	}
	return false;
}

/* Both are sorted the same way, so one pass over the two is enough. */
static void
diff_objects(const Walk *walk, const JsonPath *path, JsonbContainer *before,
             JsonbContainer *after)
{
	JsonWalk older;
	JsonWalk newer;

	json_walk_open(&older, before);
	json_walk_open(&newer, after);
	while (!older.is_over || !newer.is_over)
	{
		int order = json_walk_compare(&older, &newer);

		if (order < 0)
			visit_member(walk, path, JSON_REMOVED, &older);
		else if (order > 0)
			visit_member(walk, path, JSON_ADDED, &newer);
		else
		{
			JsonPath member = json_path_key(
				path, newer.key.val.string.val, newer.key.val.string.len);

			diff_values(walk, &member, &older.value, &newer.value);
		}
		if (order <= 0)
			json_walk_next(&older);
		if (order >= 0)
			json_walk_next(&newer);
	}
}

static void
visit_member(const Walk *walk, const JsonPath *path, JsonChange change,
             const JsonWalk *members)
{
	JsonPath member = json_path_key(
		path, members->key.val.string.val, members->key.val.string.len);

	visit_one(walk, &member, change, &members->value);
}

static void
diff_arrays(const Walk *walk, const JsonPath *path, JsonbContainer *before,
            JsonbContainer *after)
{
	JsonItems older;
	JsonItems newer;

	json_items_read(&older, before, walk->item_key);
	json_items_read(&newer, after, walk->item_key);
	if (older.names != NULL && newer.names != NULL)
		diff_by_name(walk, path, &older, &newer);
	else
		diff_by_place(walk, path, &older, &newer);
}

static void
diff_by_place(const Walk *walk, const JsonPath *path, const JsonItems *before,
              const JsonItems *after)
{
	int common = Min(before->count, after->count);

	for (int i = 0; i < common; i++)
	{
		JsonPath item = json_path_item(path, i);

		diff_values(walk, &item, &before->values[i], &after->values[i]);
	}
	for (int i = common; i < before->count; i++)
		visit_item(walk, path, i, JSON_REMOVED, &before->values[i]);
	for (int i = common; i < after->count; i++)
		visit_item(walk, path, i, JSON_ADDED, &after->values[i]);
}

static void
diff_by_name(const Walk *walk, const JsonPath *path, const JsonItems *before,
             const JsonItems *after)
{
	visit_order(walk, path, before, after);
	for (int i = 0; i < after->count; i++)
	{
		int place = name_map_find(before->by_name, after->names[i]);
		JsonPath item = json_path_item(path, i);

		if (place < 0)
			visit_item(walk, path, i, JSON_ADDED, &after->values[i]);
		else
			diff_values(walk, &item, &before->values[place], &after->values[i]);
	}
	for (int i = 0; i < before->count; i++)
	{
		if (name_map_find(after->by_name, before->names[i]) < 0)
			visit_item(walk, path, i, JSON_REMOVED, &before->values[i]);
	}
}

/* Without this, two lists that differ in order alone would seem the same. */
static void
visit_order(const Walk *walk, const JsonPath *path, const JsonItems *before,
            const JsonItems *after)
{
	int last = -1;

	for (int i = 0; i < after->count; i++)
	{
		int place = name_map_find(before->by_name, after->names[i]);

		if (place < 0)
			continue;
		if (place < last)
		{
			walk->visit(walk->context,
			            path,
			            JSON_CHANGED,
			            make_names(before),
			            make_names(after));
			return;
		}
		last = place;
	}
}

static JsonbValue *
make_names(const JsonItems *items)
{
	JsonbParseState *state = NULL;

	pushJsonbValue(&state, WJB_BEGIN_ARRAY, NULL);
	for (int i = 0; i < items->count; i++)
	{
		JsonbValue name;

		name.type = jbvString;
		name.val.string.val = items->names[i];
		name.val.string.len = (int) strlen(items->names[i]);
		pushJsonbValue(&state, WJB_ELEM, &name);
	}
	return pushJsonbValue(&state, WJB_END_ARRAY, NULL);
}

static void
visit_item(const Walk *walk, const JsonPath *path, int index, JsonChange change,
           const JsonbValue *value)
{
	JsonPath item = json_path_item(path, index);

	visit_one(walk, &item, change, value);
}

/* What stands on one side only. */
static void
visit_one(const Walk *walk, const JsonPath *path, JsonChange change,
          const JsonbValue *value)
{
	bool is_added = change == JSON_ADDED;

	walk->visit(walk->context,
	            path,
	            change,
	            is_added ? NULL : value,
	            is_added ? value : NULL);
}
