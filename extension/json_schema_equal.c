/*
 * json_schema_equal.c
 *		Equality and hashes of values, without recursion.
 */
#include "postgres.h"

#include "common/hashfn.h"

#include "json_schema_equal.h"
#include "json_schema_number.h"

bool
json_equal(const JsonbValue *a, const JsonbValue *b)
{
	if (a->type != b->type)
		return false;
	switch (a->type)
	{
		case jbvNull:
			return true;
		case jbvBool:
			return a->val.boolean == b->val.boolean;
		case jbvNumeric:
			return number_compare(a->val.numeric, b->val.numeric) == 0;
		case jbvString:
			return a->val.string.len == b->val.string.len &&
			       memcmp(a->val.string.val,
			              b->val.string.val,
			              (size_t) a->val.string.len) == 0;
		default:
			return a->val.binary.data->header == b->val.binary.data->header &&
			       compareJsonbContainers(a->val.binary.data,
			                              b->val.binary.data) == 0;
	}
}

/* Each token turns the hash, so that [[1],2] differs from [[1,2]]. */
static uint64
hash_container(JsonbContainer *container)
{
	JsonbIterator *iterator = JsonbIteratorInit(container);
	JsonbIteratorToken token;
	JsonbValue value;
	uint64 hash = 0;

	while ((token = JsonbIteratorNext(&iterator, &value, false)) != WJB_DONE)
	{
		hash = hash_combine64(hash, (uint64) token);
		if (token == WJB_ELEM || token == WJB_KEY || token == WJB_VALUE)
			JsonbHashScalarValueExtended(&value, &hash, 0);
	}
	return hash;
}

uint64
json_hash(const JsonbValue *value)
{
	uint64 hash = 0;

	if (value->type == jbvBinary)
		return hash_container(value->val.binary.data);
	JsonbHashScalarValueExtended(value, &hash, 0);
	return hash;
}
