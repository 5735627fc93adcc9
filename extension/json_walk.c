/*
 * json_walk.c
 *		A walk over the members of an object, in the order of their keys.
 */
#include "postgres.h"

#include "json_walk.h"

void
json_walk_open(JsonWalk *members, JsonbContainer *object)
{
	members->iterator = JsonbIteratorInit(object);
	members->is_over = false;
	(void) JsonbIteratorNext(&members->iterator, &members->value, true);
	json_walk_next(members);
}

void
json_walk_next(JsonWalk *members)
{
	if (JsonbIteratorNext(&members->iterator, &members->key, true) != WJB_KEY)
	{
		members->is_over = true;
		return;
	}
	(void) JsonbIteratorNext(&members->iterator, &members->value, true);
}

int
json_walk_compare(const JsonWalk *a, const JsonWalk *b)
{
	const JsonbValue *a_key = &a->key;
	const JsonbValue *b_key = &b->key;

	if (a->is_over)
		return 1;
	if (b->is_over)
		return -1;
	if (a_key->val.string.len != b_key->val.string.len)
		return a_key->val.string.len < b_key->val.string.len ? -1 : 1;
	return memcmp(a_key->val.string.val,
	              b_key->val.string.val,
	              (size_t) a_key->val.string.len);
}
