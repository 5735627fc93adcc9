/*
 * json_schema_array.c
 *		Rules about the items of an array.
 */
#include "postgres.h"

#include "json_schema_cursor.h"
#include "json_schema_equal.h"
#include "json_schema_report.h"
#include "json_schema_rules.h"

/* Arrays up to this long are compared pair by pair: hashing costs more. */
#define FEW_ITEMS 8

typedef struct HashedItem
{
	JsonbValue value;
	uint64 hash;
	int index;
} HashedItem;

bool
rule_items(const RuleCall *call)
{
	const SchemaItems *rule = &call->rule->u.items;
	bool is_valid = true;
	JsonCursor cursor;
	JsonbValue value;

	json_cursor_open(&cursor, call->instance->value);
	while (json_cursor_next_item(&cursor, &value))
	{
		int index = cursor.index - 1;
		const SchemaNode *node =
			index < rule->prefix.count ? rule->prefix.nodes[index] : rule->rest;
		SchemaInstance item;

		if (node == NULL)
			break;
		item = instance_item(call->instance, index, &value);
		is_valid &= evaluate_node(call->evaluation, node, &item, NULL);
		marks_add(call->marks, index);
		if (!is_valid && !evaluate_collects(call->evaluation))
			return false;
	}
	return is_valid;
}

/* Items that match are evaluated by that, also where none needs to match. */
bool
rule_contains(const RuleCall *call)
{
	const SchemaContains *rule = &call->rule->u.contains;
	int64 matches = 0;
	JsonCursor cursor;
	JsonbValue value;

	if (rule->node == NULL)
		return true;
	json_cursor_open(&cursor, call->instance->value);
	while (json_cursor_next_item(&cursor, &value))
	{
		SchemaInstance item =
			instance_item(call->instance, cursor.index - 1, &value);

		if (!evaluate_quietly(call->evaluation, rule->node, &item, NULL))
			continue;
		matches++;
		marks_add(call->marks, cursor.index - 1);
		if (call->marks == NULL && matches >= rule->least &&
		    rule->most == PG_INT64_MAX)
			return true;
	}
	if (matches < rule->least)
		return report_keyword(
			call,
			rule->least == 1 ? "contains" : "minContains",
			"has %s that match \"contains\", fewer than " INT64_FORMAT,
			report_count(call, matches, "item", "items"),
			rule->least);
	if (matches > rule->most)
		return report_keyword(
			call,
			"maxContains",
			"has %s that match \"contains\", more than " INT64_FORMAT,
			report_count(call, matches, "item", "items"),
			rule->most);
	return true;
}

static int
compare_items(const void *a, const void *b)
{
	const HashedItem *left = a;
	const HashedItem *right = b;

	if (left->hash != right->hash)
		return left->hash < right->hash ? -1 : 1;
	return left->index - right->index;
}

/* All items; sorted by hash where pairs would be too many to compare. */
static HashedItem *
gather_items(const JsonbValue *array, int count)
{
	HashedItem *items =
		palloc_extended(sizeof(HashedItem) * (size_t) count, MCXT_ALLOC_HUGE);
	JsonCursor cursor;

	json_cursor_open(&cursor, array);
	for (int i = 0; i < count; i++)
	{
		json_cursor_next_item(&cursor, &items[i].value);
		items[i].index = i;
		items[i].hash = count > FEW_ITEMS ? json_hash(&items[i].value) : 0;
	}
	if (count > FEW_ITEMS)
		qsort(items, (size_t) count, sizeof(HashedItem), compare_items);
	return items;
}

/* Items of the same hash stand together. */
static bool
differs_from_all_before(const RuleCall *call, const HashedItem *items, int at)
{
	for (int i = at - 1; i >= 0 && items[i].hash == items[at].hash; i--)
	{
		if (!evaluate_step(call->evaluation, 1))
			return false;
		if (json_equal(&items[at].value, &items[i].value))
			return report(call,
			              "has the same item twice, as [%d] and as [%d]",
			              items[i].index,
			              items[at].index);
	}
	return true;
}

bool
rule_unique(const RuleCall *call)
{
	int count = json_cursor_count(call->instance->value);
	HashedItem *items;
	bool is_valid = true;

	if (count < 2)
		return true;
	evaluate_step(call->evaluation, (uint64) count);
	items = gather_items(call->instance->value, count);
	for (int i = 1; is_valid && i < count; i++)
		is_valid = differs_from_all_before(call, items, i);
	pfree(items);
	return is_valid;
}

bool
rule_unevaluated_items(const RuleCall *call)
{
	bool is_valid = true;
	JsonCursor cursor;
	JsonbValue value;

	json_cursor_open(&cursor, call->instance->value);
	evaluate_step(call->evaluation, (uint64) cursor.count);
	while (json_cursor_next_item(&cursor, &value))
	{
		SchemaInstance item;

		if (marks_has(call->marks, cursor.index - 1))
			continue;
		item = instance_item(call->instance, cursor.index - 1, &value);
		is_valid &=
			evaluate_node(call->evaluation, call->rule->u.node, &item, NULL);
		if (!is_valid && !evaluate_collects(call->evaluation))
			return false;
	}
	marks_add_all(call->marks);
	return is_valid;
}
