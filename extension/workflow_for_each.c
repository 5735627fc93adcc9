/*
 * workflow_for_each.c
 *		A step of a workflow document that runs once for each item of an array.
 */
#include "postgres.h"

#include "workflow_for_each.h"
#include "workflow_source.h"

static void read_items(const JsonObject *object, WorkflowInput *items);
static void check_static_items(const JsonObject *source, WorkflowInput *items);

WorkflowForEach *
workflow_for_each_read(const JsonObject *step)
{
	static const char *const keys[] = {"items", "max_concurrency", "mode"};
	static const JsonRange counts = {1, 1000000};
	WorkflowForEach *for_each;
	JsonObject object;
	int mode;

	if (!json_object_read_object(
			step, "for_each", JSON_OPTIONAL, "for_each", &object))
		return NULL;
	for_each = palloc0_object(WorkflowForEach);
	read_items(&object, &for_each->items);
	(void) json_object_read_integer(&object,
	                                "max_concurrency",
	                                JSON_OPTIONAL,
	                                &counts,
	                                &for_each->max_concurrency);
	mode = json_object_read_word(&object,
	                             "mode",
	                             JSON_OPTIONAL,
	                             workflow_items_modes,
	                             lengthof(workflow_items_modes));
	for_each->mode = mode < 0 ? WORKFLOW_FAIL_FAST : (WorkflowItemsMode) mode;
	json_object_check_keys(&object, keys, lengthof(keys));
	return for_each;
}

static void
read_items(const JsonObject *object, WorkflowInput *items)
{
	JsonObject source;

	items->name = pstrdup("items");
	if (!json_object_read_object(
			object, "items", JSON_REQUIRED, "source of items", &source))
		return;
	workflow_source_read(&source, WORKFLOW_OUTSIDE_ITEMS, items);
	check_static_items(&source, items);
}

/* What other sources give is known when the run is there. */
static void
check_static_items(const JsonObject *source, WorkflowInput *items)
{
	JsonArray ignored;

	if (items->source == WORKFLOW_STATIC_VALUE)
		(void) json_object_read_array(source, "value", JSON_OPTIONAL, &ignored);
	else if (items->has_default)
		(void) json_object_read_array(
			source, "default", JSON_OPTIONAL, &ignored);
}
